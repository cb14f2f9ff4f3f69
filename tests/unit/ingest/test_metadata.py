"""Header lines of many sites, and lines that only look like them."""

from __future__ import annotations

import pytest

from search.documents.document import Evidence
from search.facets.topic import Taxonomy
from search.reading.acts import promulgation_date
from search.reading.bylines import byline, closing_byline, is_personal_name, source_kind
from search.reading.dates import date_in, recorded_date
from search.reading.document import read_document
from search.reading.metadata import (
    Fields,
    is_caption,
    labelled_title,
    read_fields,
)


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("2021年3月5日 10:20 来源：新华社", Fields(source="新华社", published="2021-03-05T10:20")),
        (
            "发布日期：2020-01-02 信息来源：市政府办公室 浏览次数：33",
            Fields(source="市政府办公室", published="2020-01-02"),
        ),
        ("责任编辑：李四", Fields(editors="李四")),
        ("更新时间：2021-07-16　发布时间：2021-07-15", Fields(published="2021-07-15")),
        ("信息来源：县水利局 发布机构：县府办", Fields(source="县水利局")),
        ("山里人家 发表于 2021-07-15 分类：家乡 | 标签：水", Fields(published="2021-07-15")),
        ("某县日报 · 2021年7月15日 · 周海涛", Fields(published="2021-07-15")),
        ("作者：周海涛　写于辛丑年夏", Fields(author="周海涛")),
        ("口述：韦大为　整理：周海涛", Fields(author="韦大为、周海涛")),
        ("（来源：清溪日报　记者：周海涛）", Fields(source="清溪日报", author="周海涛")),
        ("【记者：周海涛】【责任编辑：陈晓】", Fields(author="周海涛", editors="陈晓")),
        ("作者：某县水利局课题组", Fields(author="某县水利局课题组")),
        ("2018-12-18", Fields(published="2018-12-18")),
        ("作者:王小明", Fields(author="王小明")),
        ("来 源：湖南日报", Fields(source="湖南日报")),
        ("来源：新京报 作者 张三", Fields(source="新京报", author="张三")),
        ("来源：县水利局浏览次数：20次字号：[ 大 中 小 ]", Fields(source="县水利局")),
        ("来源：县水利局阅读 1.2万", Fields(source="县水利局")),
        ("来源: 柳河生活圈 广西举报", Fields(source="柳河生活圈")),
        ("来源：柳河网广西 举报", Fields(source="柳河网广西")),
        ("发表于2021-03-08更新于2021-04-01分类于 编程阅读次数：", Fields(published="2021-03-08")),
        ("原创阿雪于 2021-03-08 22:15 发布阅读量1k", Fields(published="2021-03-08T22:15")),
        ("IP属地: 广西2021.11.12 20:13字数 312阅读 1,024", Fields(published="2021-11-12T20:13")),
        ("生成日期：2020-03-30 公开日期：2020-04-02", Fields(published="2020-04-02")),
        (
            "来源：新京报　记者张三 责任编辑 李四",
            Fields(source="新京报", author="张三", editors="李四"),
        ),
        ("来源 新京报 作者 张三", Fields(source="新京报", author="张三")),
        ("来源：中国记者 作家", Fields(source="中国记者 作家")),
        ("作者：张三（北京大学）、李四（某医院）", Fields(author="张三、李四")),
        (
            "作者：太原长安网(市委政法委)",
            Fields(posted_by="太原长安网(市委政法委)", site="太原长安网"),
        ),
        ("作者： 记者张三  编辑： 李四", Fields(author="张三", editors="李四")),
        ("作者：《某某周刊》记者 张三", Fields(author="张三")),
        (
            "http://www.example.com 2009年11月09日13:48 某某晚报",
            Fields(published="2009-11-09T13:48"),
        ),
        (
            "来信时间：2022-05-06 来信人：李先生 回复时间：2022-05-10",
            Fields(published="2022-05-06"),
        ),
        ("作者：J.K.罗琳", Fields(author="J.K.罗琳")),
        ("作者：A·C·克拉克", Fields(author="A·C·克拉克")),
        ("作者：平安某县 时间：2019/7/1", Fields(posted_by="平安某县", published="2019-07-01")),
        ("作者：古丽·阿不都", Fields(author="古丽·阿不都")),
        ("供稿：县委政法委", Fields(contributor="县委政法委")),
        (
            "来源：某报 http://www.example.com/2020/0102/c12.html",
            Fields(
                source="某报", url="http://www.example.com/2020/0102/c12.html", site="example.com"
            ),
        ),
        ("来源：某报 https://www.example.com/", Fields(source="某报", site="example.com")),
    ],
)
def test_a_header_line_gives_its_fields(line: str, fields: Fields) -> None:
    assert read_fields(line) == fields


@pytest.mark.parametrize(
    "line",
    [
        "编辑出版工作:略",
        "安全问题来源:内部",
        "一、时间：服从安排",
        "资金来源：财政拨款占六成。",
        "分类：可回收物",
        "整理：每天下班以前把工具归位",
        "记者：今年的重点是什么？",
        "2018年12月18日，全县召开会议，部署工作",
    ],
)
def test_a_line_of_the_article_is_no_header(line: str) -> None:
    fields = read_fields(line)
    assert fields is None or fields == Fields()


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2018年12月18日21:52", "2018-12-18T21:52"),
        ("2018-11-15 00:00:00", "2018-11-15"),
        ("2009-4-30 23:40", "2009-04-30T23:40"),
        ("2021.11.12", "2021-11-12"),
        ("2021/1/2", "2021-01-02"),
        ("二〇一一年五月六日", "2011-05-06"),
        ("二○一九年十二月三十一日", "2019-12-31"),
        ("二零二〇年元月廿三日", "2020-01-23"),
        ("中華民國108年5月6日", "2019-05-06"),
        ("民国八十八年十月十日", "1999-10-10"),
        ("２０１９年５月６日１０：５４", "2019-05-06T10:54"),
        ("2019-05-05T18:30:05Z", "2019-05-05T18:30:05"),
        ("2019-05-06 08:00:00 +0800", "2019-05-06T08:00:00"),
        ("2019年5月6日 8时30分", "2019-05-06T08:30"),
    ],
)
def test_a_date_is_read_as_printed(text: str, iso: str) -> None:
    found = date_in(text)
    assert found is not None
    assert found[0] == iso


@pytest.mark.parametrize(
    ("value", "iso"),
    [
        ("20190506", "2019-05-06"),
        ("201905", "2019-05"),
        ("2019", "2019"),
        ("2019年5月", "2019-05"),
        ("2019-05", "2019-05"),
        ("二〇一九年", "2019"),
        ("民國108年5月6日", "2019-05-06"),
        ("108/05/06", "2019-05-06"),
        ("1557100800", "2019-05-06T08:00:00"),
        ("1557100800000", "2019-05-06T08:00:00"),
        ("Mon, 06 May 2019 08:00:00 +0800", "2019-05-06T08:00:00"),
        ("昨天", None),
        ("20191399", None),
        ("108/13/06", None),
        ("9999999999999", None),
    ],
)
def test_a_field_of_a_record_that_is_a_date_is_read_as_far_as_it_is_known(
    value: str, iso: str | None
) -> None:
    assert recorded_date(value) == iso


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("二〇一一年五月六日", "2011-05-06"),
        ("发布时间：二〇一九年五月六日　来源：水利站", "2019-05-06"),
        ("2019年5月　水利站", "2019-05"),
        ("发布时间：2019年5月", "2019-05"),
        ("县水利局 二〇一九年十月", "2019-10"),
        ("2018年11月5日 上海", "2018-11-05"),
        ("2018年11月5日 湖南日报", "2018-11-05"),
        ("2018年11月5日 星期一", "2018-11-05"),
    ],
)
def test_a_line_gives_its_date_as_far_as_it_is_known(line: str, published: str) -> None:
    fields = read_fields(line)
    assert fields is not None
    assert fields.published == published


@pytest.mark.parametrize(
    "line",
    [
        "2019年5月工作总结",
        "2019年政府工作报告",
        "2019年10月1日起施行",
        "二〇一九年重点工作",
        "一九九九年十月三十一日前完成",
    ],
)
def test_a_line_that_says_more_than_a_date_is_not_the_date_of_publication(line: str) -> None:
    assert read_fields(line) is None


@pytest.mark.parametrize("text", ["2021-02-30", "12018-12-18", "1814-1-1", "2018-13-01", "无日期"])
def test_a_day_that_does_not_exist_is_no_date(text: str) -> None:
    assert date_in(text) is None


def test_the_newest_amendment_dates_a_regulation_and_its_start_of_force_does_not() -> None:
    lines = (
        Evidence("", 2, "二〇一六年十月二十八日 某市人民代表大会常务委员会通过"),
        Evidence("", 3, "2018年11月29日 常务委员会会议修正 自2019年3月1日起施行"),
    )
    assert promulgation_date(lines)[0] == "2018-11-29"


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("本报记者梁启勇", "梁启勇"),
        ("（记者 张三 通讯员 李四）", "张三、李四"),
        ("文/张三（某某大学）", "张三"),
        ("张三/某某青年报", "张三"),
        ("张三、李四/某某青年报", "张三、李四"),
        ("摄影/张三", None),
        ("调研/座谈", None),
        ("市领导到基层调研。(图片由市委政法委提供)本报记者梁启勇", "梁启勇"),
        ("记者从市委政法委获悉，今年以来全市治安良好", None),
    ],
)
def test_a_byline_names_the_reporters(line: str, names: str | None) -> None:
    said = byline(line)
    assert (said and said.authors) == names


def test_a_name_in_brackets_at_the_end_is_the_author_and_a_remark_is_not() -> None:
    said = closing_byline("推广贵港市的工作经验。(梁启勇)")
    assert said is not None
    assert said.authors == "梁启勇"
    assert closing_byline("推广贵港市的工作经验。(下转二版)") is None


def test_personal_names_have_a_surname() -> None:
    assert is_personal_name("何英平")
    assert is_personal_name("何 英")
    assert not is_personal_name("老秘网")
    assert not is_personal_name("何")


def test_captions_are_told_from_sentences() -> None:
    assert is_caption("图为网格员走访群众")
    assert is_caption("网格员走访群众 张三 摄")
    assert not is_caption("全市安装摄像头八千个，提供图像服务。")


def test_a_labelled_title_is_without_label_and_buttons() -> None:
    line = "标题: 全面强化综合治理 [打印本页]"
    span = labelled_title(line)
    assert span is not None
    assert line[slice(*span)] == "全面强化综合治理"


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("贵港日报", "newspaper"),
        ("安徽法制报社", "newspaper"),
        ("人民网-广西频道", "web"),
        ("市委政法委", "government"),
        ("某人", None),
        (None, None),
    ],
)
def test_the_kind_of_source_is_told_by_its_name(source: str | None, kind: str | None) -> None:
    assert source_kind(source) == kind


@pytest.mark.parametrize("comma", ["，", ",", "；"])
def test_a_day_in_a_story_dates_nothing(comma: str) -> None:
    text = f"大事记\n1949年10月1日{comma}中华人民共和国成立\n1978年12月18日{comma}全会召开\n"
    document = read_document(text.encode(), "a.txt", Taxonomy.load())
    assert document.published is None
    told = [p.role for p in document.paragraphs if "日" in document.slice(p)]
    assert len(told) == 2
    assert "metadata" not in told


@pytest.mark.parametrize(
    "beside", ["澎湃新闻", "南方周末", "腾讯", "第三版", "上午", "村委会", "戊戌年九月廿八"]
)
def test_a_date_beside_an_outlet_or_a_few_words_is_that_of_publication(beside: str) -> None:
    for line in (f"2018年11月5日 {beside}", f"{beside} 2018年11月5日", "2018年11月5日，星期一"):
        fields = read_fields(line)
        assert fields is not None, line
        assert fields.published == "2018-11-05"


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("来源：新京报 作者 张三", "张三"),
        ("来源：新华社 记者 王伟 通讯员 李明", "王伟"),
        ("来源：新京报 作者 张三 阅读 300", "张三"),
        ("来源：新华社 记者 王伟 发自北京", "王伟"),
        ("来源：新华社 作者 张三、李四", "张三、李四"),
    ],
)
def test_behind_a_label_without_a_colon_names_alone_are_its_value(line: str, author: str) -> None:
    fields = read_fields(line)
    assert fields is not None
    assert fields.author == author
