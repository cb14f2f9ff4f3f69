"""Short texts as newspapers write them: which place are they about?"""

from __future__ import annotations

import pytest

from search.documents.document import UNKNOWN_PLACE, Place
from search.facets.clues import PlaceClues
from search.facets.place import infer_place

NEWS: dict[str, tuple[PlaceClues, Place]] = {
    "a municipality's district": (
        PlaceClues(
            title="海淀区建成百个“接诉即办”工作站",
            body=("今年以来,北京市海淀区推动力量下沉。全区29个街镇建立工作站。", "我区群众满意。"),
            source="北京日报",
        ),
        ("北京市", "北京市", "海淀区"),
    ),
    "a municipality as a whole": (
        PlaceClues(
            title="上海平安建设工作会议召开",
            body=("上海市委政法委昨日召开会议。浦东新区、徐汇区、静安区作了交流发言。",),
            source="解放日报",
        ),
        ("上海市", "上海市", None),
    ),
    "a county of Chongqing": (
        PlaceClues(
            title="云阳县:院坝会里解民忧",
            body=("重庆市云阳县推行院坝会。全县478个村开了1.2万场。", "县委主要负责人带头参加。"),
        ),
        ("重庆市", "重庆市", "云阳县"),
    ),
    "an autonomous prefecture": (
        PlaceClues(
            title="恩施土家族苗族自治州律师进村 法律便民",
            body=("恩施州在全州2000多个村配备律师。利川市、来凤县率先试点。", "州委政法委牵头。"),
        ),
        ("湖北省", "恩施土家族苗族自治州", None),
    ),
    "a city inside a prefecture of the same short name": (
        PlaceClues(
            title="恩施市小渡船街道网格员上门服务",
            body=("恩施市小渡船街道有网格员86名。恩施市公安局派民警驻点。我市将继续推广。",),
        ),
        ("湖北省", "恩施土家族苗族自治州", "恩施市"),
    ),
    "a county directly under its province": (
        PlaceClues(
            title="潜江:小龙虾产业园里的调解室",
            body=("湖北省潜江市在园区设立调解室。", "潜江市司法局介绍,今年调解纠纷120件。"),
        ),
        ("湖北省", "潜江市", None),
    ),
    "another one": (
        PlaceClues(title="仙桃市公安局开展夏季治安打击整治行动", body=("仙桃市公安局出动警力。",)),
        ("湖北省", "仙桃市", None),
    ),
    "Jiyuan": (
        PlaceClues(title="济源市平安建设纪实", body=("济源市连续三年群众安全感居全省第一。",)),
        ("河南省", "济源市", None),
    ),
    "a district name that four cities share, settled by its city": (
        PlaceClues(
            title="鼓楼区打造“鼓事通”调解品牌",
            body=("福州市鼓楼区有69个社区。鼓楼区委政法委介绍,全区调解员1200名。",),
        ),
        ("福建省", "福州市", "鼓楼区"),
    ),
    "the same name with nothing to settle it": (
        PlaceClues(title="鼓楼区打造调解品牌", body=("鼓楼区有69个社区,全区调解员1200名。",)),
        UNKNOWN_PLACE,
    ),
    "Chaoyang in Changchun": (
        PlaceClues(
            title="长春市朝阳区:小网格托起大平安",
            body=("长春市朝阳区划分网格620个。朝阳产业同样需要平安环境。",),
        ),
        ("吉林省", "长春市", "朝阳区"),
    ),
    "a dateline": (
        PlaceClues(
            title="老旧小区装上“智慧门禁”",
            body=("本报遵义讯 近日,遵义市红花岗区的小区装上门禁。", "遵义全市已改造300个小区。"),
            source="贵州日报",
        ),
        ("贵州省", "遵义市", None),
    ),
    "the capital as dateline of a national story": (
        PlaceClues(
            title="全国公安机关打击电信网络诈骗犯罪",
            body=("新华社北京5月6日电 记者从公安部获悉,各地公安机关破案18万起。",),
            source="新华社",
        ),
        UNKNOWN_PLACE,
    ),
    "another one that was given in the capital": (
        PlaceClues(
            title="空间站水生生态实验取得进展",
            body=("新华社北京5月19日电 专家19日在北京介绍项目进展。", "北京飞控中心参与了实验。"),
            source="新华网",
        ),
        UNKNOWN_PLACE,
    ),
    "a national paper named after a city": (
        PlaceClues(
            title="多家银行下调存款利率", body=("多家银行昨日下调利率。",), source="上海证券报"
        ),
        UNKNOWN_PLACE,
    ),
    "a national text that lists provinces": (
        PlaceClues(
            title="各地推进市域社会治理现代化",
            body=("浙江推广“枫桥经验”,山东推进网格化,四川健全综治中心。", "广东、福建也在探索。"),
        ),
        UNKNOWN_PLACE,
    ),
    "two provinces in the title": (
        PlaceClues(title="江苏与安徽签署警务协作协议", body=("江苏、安徽两省公安厅签约。",)),
        UNKNOWN_PLACE,
    ),
    "two cities of a province in the title": (
        PlaceClues(
            title="苏州市与无锡市联合治理太湖",
            body=("江苏省苏州市与无锡市签署协议,联合执法。",),
        ),
        ("江苏省", None, None),
    ),
    "a province": (
        PlaceClues(
            title="云南省出台平安建设条例",
            body=(
                "云南省人大常委会通过条例。全省各级各部门将抓好落实。",
                "昆明市、大理州谈了体会。",
            ),
        ),
        ("云南省", None, None),
    ),
    "a poster from elsewhere": (
        PlaceClues(
            title="义乌市涉外纠纷调解显成效",
            body=("义乌市有外籍调解员15名。", "义乌的做法得到肯定,我市将继续推进。"),
            posted_by="成都长安网",
            site_name="成都长安网",
            breadcrumbs="首页 > 成都 > 武侯区",
        ),
        ("浙江省", "金华市", "义乌市"),
    ),
    "no place but the own word of a local paper": (
        PlaceClues(
            title="我市召开信访工作联席会议",
            body=("昨日,我市召开会议。市委书记出席。全市各县区参加。",),
            source="绵阳日报",
        ),
        ("四川省", "绵阳市", None),
    ),
    "no place and no outlet": (
        PlaceClues(title="我市召开信访工作联席会议", body=("昨日,我市召开会议。全市参加。",)),
        UNKNOWN_PLACE,
    ),
    "a former name": (
        PlaceClues(title="襄樊市社会治安综合治理综述", body=("襄樊市公安局破案。襄樊群众满意。",)),
        ("湖北省", "襄阳市", None),
    ),
    "a contributor inside a city story": (
        PlaceClues(
            title="党建引领基层治理有活力",
            body=("黄岩区推行“红色网格”。全区19个乡镇街道参与。", "区委政法委表示将继续推广。"),
            contributor="台州市黄岩区委政法委",
        ),
        ("浙江省", "台州市", "黄岩区"),
    ),
    "an autonomous region": (
        PlaceClues(
            title="内蒙古自治区推进诉源治理",
            body=("内蒙古自治区高级人民法院通报,全区法院收案下降。呼和浩特市、包头市作了介绍。",),
        ),
        ("内蒙古自治区", None, None),
    ),
    "a banner": (
        PlaceClues(
            title="达拉特旗“乌兰牧骑+普法”进牧区",
            body=("鄂尔多斯市达拉特旗组织普法。全旗巡演60场。我旗农牧民欢迎。",),
        ),
        ("内蒙古自治区", "鄂尔多斯市", "达拉特旗"),
    ),
    "Hong Kong": (
        PlaceClues(
            title="香港警方拘捕诈骗嫌疑人",
            body=("香港警务处表示,在观塘区拘捕三人。香港市民应警惕。",),
        ),
        ("香港特别行政区", "香港特别行政区", None),
    ),
    "an outlet in brackets before the title": (
        PlaceClues(
            title="【淄博日报】提升新时代社会治理水平",
            body=("张店区以综治云平台为载体。全区3.6万户纳入管理。", "张店区的做法得到推广。"),
            source="淄博日报",
        ),
        ("山东省", "淄博市", "张店区"),
    ),
    "a weekly from elsewhere on a county-level city": (
        PlaceClues(
            title="山西介休:筑牢交警铁军的“根”与“魂”",
            body=("山西省晋中介休市公安局组织学习。介休交警践行训词。",),
            source="中国周刊",
        ),
        ("山西省", "晋中市", "介休市"),
    ),
    "a city leader inspecting districts": (
        PlaceClues(
            title="市领导督查政法工作",
            body=("市委副书记先后到海拉尔区、牙克石市督查。", "要提升我市政法工作质量。"),
            source="呼伦贝尔日报",
        ),
        ("内蒙古自治区", "呼伦贝尔市", None),
    ),
    "streets that bear the names of other cities": (
        PlaceClues(
            title="南京路步行街增设警务站",
            body=("上海市黄浦区在南京路、北京路、中山东路增设警务站。黄浦区公安分局负责。",),
        ),
        ("上海市", "上海市", "黄浦区"),
    ),
}


@pytest.mark.parametrize("case", NEWS)
def test_news_is_placed_where_it_is_about(case: str) -> None:
    clues, expected = NEWS[case]
    assert infer_place(clues)[0] == expected


@pytest.mark.parametrize("case", [c for c, (_, place) in NEWS.items() if place[0]])
def test_every_place_comes_with_a_sentence_for_the_reader(case: str) -> None:
    clues, place = NEWS[case]
    deepest = next(name for name in reversed(place) if name)
    assert any(e.note.startswith(f"{deepest}：") for e in infer_place(clues)[1])
