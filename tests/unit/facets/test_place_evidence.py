"""What counts as evidence for a place, and how much of it is enough."""

from __future__ import annotations

import pytest

from search.documents.document import UNKNOWN_PLACE, Place
from search.facets.clues import PlaceClues
from search.facets.place import infer_place, place_of_outlet


def place_of(*body: str, title: str | None = None, **clues: str) -> Place:
    return infer_place(PlaceClues(title=title, body=body, **clues))[0]


BEIJING = ("北京市", "北京市", None)
PINGYAO = ("山西省", "晋中市", "平遥县")


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("赵县", ("河北省", "石家庄市", "赵县")),
        ("公安县", ("湖北省", "荆州市", "公安县")),
        ("合作市", ("甘肃省", "甘南藏族自治州", "合作市")),
        ("歙县", ("安徽省", "黄山市", "歙县")),
        ("路桥区", ("浙江省", "台州市", "路桥区")),
        ("芒市", ("云南省", "德宏傣族景颇族自治州", "芒市")),
    ],
)
def test_a_full_name_that_may_be_a_word_proves_itself_by_standing_alone(
    name: str, place: Place
) -> None:
    body = f"{name}近日开展冬季清洁行动。截至目前，{name}已经清理垃圾三百多吨。"
    assert place_of(body, title=f"{name}开展冬季清洁行动") == place


@pytest.mark.parametrize(
    "text",
    [
        "所有市和县都要检查，其他市和县也一样",
        "（警备区）和县人民武装部，（军分区）和县人民武装部",
        "干涉县以下机构",
        "新建区域，新建区划",
        "比如县里和县城",
    ],
)
def test_the_same_characters_inside_a_sentence_prove_nothing(text: str) -> None:
    assert place_of(f"{text}。{text}。", title="各地检查") == UNKNOWN_PLACE


@pytest.mark.parametrize(
    "body",
    [
        "北京今年新建公园十二处。北京还将修建绿道三百公里，方便群众出行。",
        "记者昨日获悉，北京公积金贷款额度上调。北京多家银行已经接到通知。",
        "今年北京的老旧小区改造提速，北京各区都公布了名单。",
        "随着气温下降，北京进入供暖季。北京的热力管网已经全部检修。",
        "北京市民可以在网上预约。预约后，北京所有区县的大厅都能办理。",
    ],
)
def test_the_capital_is_a_place_as_others_are(body: str) -> None:
    assert place_of(body) == BEIJING


@pytest.mark.parametrize(
    "body",
    [
        "新华社北京5月6日电 国家统计局发布数据。专家在北京表示，经济持续恢复。",
        "全国教育工作会议10日在北京召开。会议在北京闭幕时通过了决议。",
        "北京时间4月12日，球队获胜。北京时间13日他们将再次比赛。",
        "中新社北京七月十四日电 大会十四日在北京人民大会堂开幕。",
        "第五届论坛在北京举行，各国代表在北京签署了协议。",
    ],
)
def test_the_capital_is_no_place_where_news_was_only_given_there(body: str) -> None:
    assert place_of(body) == UNKNOWN_PLACE


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("阿里云发布新一代服务器", "阿里云昨天发布产品。阿里云说，价格下降。阿里云的客户增加。"),
        ("宁德时代净利增长", "宁德时代公布年报。宁德时代全年装机量第一，宁德时代股价上涨。"),
        ("两市成交额放大", "深圳证券交易所昨日发布规则。深圳证券交易所表示，规则下月施行。"),
        ("投资向中西部转移", "中西部投资增速较快。今后中西部仍是重点，中西部潜力大。"),
        ("新药获批上市", "苏州康宁杰瑞生物科技有限公司宣布，新药获批。苏州康宁公司股价上涨。"),
        ("新材料研究取得进展", "南京大学的团队发表论文。南京大学表示，南京理工大学参与了研究。"),
        ("遥感星座又添新成员", "吉林一号卫星发射成功。吉林一号卫星已经有百余颗在轨。"),
        ("理财产品收益下降", "宁波银行和南京银行下调利率。宁波银行表示，利率随市场变化。"),
        ("综艺节目收视走高", "湖南卫视的节目播出。湖南卫视和江苏卫视都公布了收视率。"),
        ("影片上映", "《南京！南京！》昨日上映。导演介绍，《南京！南京！》拍了三年。"),
        ("开幕式门票开售", "广州亚运会门票开售。组委会说，广州亚运会共有四十二个大项。"),
        ("宾馆业重组", "台湾饭店与北京饭店合并。台湾饭店的员工全部留用，服务不变。"),
        ("流感疫情趋缓", "据福建媒体报道，流感疫情趋缓。据福建东南网消息，专家提醒注意防护。"),
        ("钢铁业盈利下降", "唐山钢铁公布年报。邯郸钢铁和唐山钢铁的利润都下降了。"),
        ("管好血压从清晨开始", "苏州同仁医院张医生介绍，早晨血压高。苏州同仁医院每周有讲座。"),
        ("牛仔节开幕", "美国德州的牛仔节开幕。德州有一百多个牧场，德州农民踊跃参加。"),
        ("代表热议减税", "来自广州的代表说，减税有力。一位来自广州的企业家表示赞同。"),
        (
            "主队加时险胜",
            "联赛第七轮，辽宁昨晚在主场以九十八比九十五战胜新疆，辽宁的外援得分最高。"
            "新疆球员多次投篮不中。辽宁主教练说，本赛季球队要打进四强。",
        ),
        ("业主盼望装电梯", "延安小区的业主说，延安小区没有电梯，盼望早日安装。"),
        ("喝粥养胃吗", "大连市中心医院营养科主任王某某说，粥不养胃。大连市中心医院李教授也这样说"),
        ("肠癌为何高发", "以上海为例，三十年来病人增加了五倍。上海的数据显示，青年人增加最快。"),
        ("怎样看待自制口红", "山西某某律师事务所张律师说，不得出售。山西某某律师事务所提供咨询。"),
        ("老友追思会", "演员高雄讲起往事。演员高雄笑言，他们相识五十年。高雄说完落泪。"),
        ("银幕上的侠客", "香港武侠电影流行过二十年。香港电影已经改变，香港著名演员某某来到现场。"),
        (
            "德国的学校怎样上课",
            "近期青岛代表团在德国访问。德国的学校每天上六节课，德国学生不补课。"
            "青岛的老师说，德国的老师都很耐心。德国的家长也来上课。",
        ),
        (
            "小将伤势确诊",
            "在联赛第六轮对阵广东时受伤的小将将缺席赛季。广东后卫、八一中锋也有类似的伤。",
        ),
        ("学校过生日", "建校一百周年大庆昨日举行。五年一小庆，十年一大庆，明年还有九十大庆。"),
        ("老街改造", "这里是新兴城市里的老街。专家说，新兴城市要留住老街，隆重庆祝过它的生日。"),
    ],
)
def test_a_name_inside_the_name_of_something_else_does_not_vote(title: str, body: str) -> None:
    assert place_of(body, title=title) == UNKNOWN_PLACE


def test_a_title_that_runs_on_into_the_text_has_the_dateline_too() -> None:
    title = "导弹将亮相阅兵本报北京9月27日电（记者朱某）部队发言人介绍情况"
    assert place_of("部队发言人说，导弹都是国产的。", title=title) == UNKNOWN_PLACE


def test_a_place_in_the_title_of_an_act_votes() -> None:
    body = "《苏州市养犬管理条例》下月施行。根据《苏州市养犬管理条例》，遛狗要牵绳。"
    assert place_of(body) == ("江苏省", "苏州市", None)


@pytest.mark.parametrize(
    "body",
    [
        "苏州警方通报案情。苏州警方提醒市民注意防范。",
        "在苏州，地铁延长了运营时间。苏州的公交车也增加了班次。",
        "苏州市地铁五号线开通。苏州地铁总里程超过三百公里，苏州地铁客流增长。",
    ],
)
def test_a_city_whose_name_goes_on_as_in_any_sentence_votes(body: str) -> None:
    assert place_of(body) == ("江苏省", "苏州市", None)


PASSING = "洛阳的一家企业参加了展会，洛阳客商订货。"
FILLING = "展会上展出了机器人、新能源汽车和各种智能设备，参观的人很多，现场气氛热烈。"


def test_two_mentions_say_of_a_short_text_what_it_is_about() -> None:
    assert place_of(PASSING) == ("河南省", "洛阳市", None)


def test_a_place_that_a_longer_text_only_alludes_to_is_not_what_it_is_about() -> None:
    longer = (FILLING,) * 6
    assert place_of(PASSING, *longer) == UNKNOWN_PLACE
    assert place_of(PASSING * 2, *longer) == ("河南省", "洛阳市", None)
    assert place_of(PASSING.replace("洛阳的", "洛阳市的"), *longer) == ("河南省", "洛阳市", None)
    downtown = PASSING.replace("洛阳的", "洛阳市中心的")
    assert place_of(downtown, *longer) == UNKNOWN_PLACE


def test_fewer_mentions_say_it_of_a_text_that_names_no_other_province() -> None:
    alone = (PASSING.replace("洛阳的", "洛阳市的"), *(FILLING,) * 28)
    assert place_of(*alone) == ("河南省", "洛阳市", None)
    assert place_of(*alone, "也有合肥的客商到场。") == UNKNOWN_PLACE


def test_what_is_named_late_is_not_what_a_text_is_about() -> None:
    assert place_of(*(FILLING,) * 6, PASSING) == UNKNOWN_PLACE
    assert place_of(*(FILLING,) * 2, PASSING) == UNKNOWN_PLACE
    assert place_of(*(FILLING,) * 2, PASSING * 2) == ("河南省", "洛阳市", None)


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("河南一司机受伤", "4日下午，在河南省洛阳市一景区附近，两名司机起了纠纷。" + FILLING),
    ],
)
def test_a_province_with_one_city_named_in_it_stands_for_that_city(
    title: str | None, body: str
) -> None:
    assert place_of(body, title=title) == ("河南省", "洛阳市", None)


def test_a_conference_that_bears_its_name_tells_nothing_of_a_city() -> None:
    said = "首届苏州论坛昨日闭幕。在苏州峰会上，专家谈到仿药。苏州圆桌会议下月召开。"
    assert place_of(said) == UNKNOWN_PLACE


@pytest.mark.parametrize(
    ("city", "title", "body"),
    [
        (
            "沈阳市",
            None,
            "沈阳一家健身俱乐部突然关门。沈阳市民刘女士说，教练联系不上，墙上有冠军的赛季海报。",
        ),
        (
            "郑州市",
            "警方查酒驾",
            "郑州警方加强查酒驾，球迷看足球，冠军和比分都有人猜。郑州警方提醒市民。",
        ),
        (
            "武汉市",
            None,
            "武汉同济医院昨天完成了首例手术，患者恢复良好。武汉同济医院的病房已满。",
        ),
        (
            "金华市",
            None,
            "义乌小商品城昨天开市，浙江省义乌市的商户说，订单来自美国、德国和日本。义乌的仓库已满。",
        ),
        (
            "德州市",
            "德州玉米丰收",
            "今年德州玉米丰收，德州农民笑开颜。来自美国德州的专家也来参观德州的农田。",
        ),
        (
            "广州市",
            None,
            "新华社广州5月3日电（记者王某）地铁将延长运营时间。前往佛山的线路也延长一小时。",
        ),
        ("长沙市", None, "人民网-湖南长沙5月3日电 长沙的地铁昨日开通。"),
        ("池州市", "池州市人民医院专家下乡义诊", "昨日，池州市人民医院专家下乡，为村民看病。"),
        (
            "池州市",
            "新楼启用",
            "池州市人民医院院长张某介绍，新楼有诊室四十个。池州市人民医院内科已经搬入。",
        ),
        ("安庆市", None, "据太湖县统计局的数据，一季度经济平稳增长。太湖县的经验是抓项目。"),
        ("池州市", "以池州市为例谈城市更新", "城市更新要保护老街，补足设施，方便居民。"),
        ("安庆市", "岳西脱贫的经验", "岳西的经验在于抓产业。岳西的数据逐年向好，岳西县做法有三。"),
        ("安庆市", "安庆女演员下乡", "近日，安庆女演员李某下乡演出，安庆明星企业送去戏服。"),
        (
            "池州市",
            "今日本市新增三例",
            "今日本市新增三例，均在池州市。3月8日本报讯，昨日本市没有新增。池州市提醒市民戴口罩。",
        ),
        (
            "苏州市",
            "中德国际项目落户",
            "中德国际项目落户太仓市。太仓市负责人说，中德国际园区已经建成，依法国有控股。",
        ),
        (
            "黄山市",
            "明朝鲜为人知的故事",
            "黄山市的云海跨越南北。黄山市的向导说，站在山上观云南非遗馆难得一见。",
        ),
        (
            "大庆市",
            "2021年大庆粮食丰收",
            "2021年大庆粮食丰收，2020年大庆的产量也不低，今年大庆的秋收已经结束。",
        ),
        ("大庆市", None, "投产六十周年大庆油田稳产。今年大庆气温高。投产六十年大庆油田钻井百口。"),
        (
            None,
            "陕西出台政策",
            "陕西省政府昨天出台措施，促进旅游。记者在西安看到，游客很多。西安的酒店已满。",
        ),
    ],
)
def test_clubs_hospitals_and_visitors_take_no_place_away(
    city: str | None, title: str | None, body: str
) -> None:
    assert place_of(body, title=title)[1] == city


def test_an_agency_reports_from_the_capital_on_another_city_of_the_province() -> None:
    line = "新华社长沙10月19日电（记者张某）湖南株洲市有关部门19日通报了调查结果。"
    assert place_of(line, "株洲市纪委决定给予处分。") == ("湖南省", "株洲市", None)


def test_two_mentions_say_nothing_of_a_long_text() -> None:
    assert place_of(PASSING, *(FILLING,) * 60) == UNKNOWN_PLACE


@pytest.mark.parametrize(
    "name", ["山西省晋中市平遥县", "山西省平遥县", "平遥县人民政府", "平遥县公安局", "平遥县教育局"]
)
def test_a_chain_or_an_office_counts_twice(name: str) -> None:
    once = "此前，平遥县的做法得到肯定。" + FILLING * 3
    twice = f"此前，{name}的做法得到肯定。" + FILLING * 3
    assert place_of(once) == UNKNOWN_PLACE
    assert place_of(twice) == PINGYAO


def test_a_county_named_three_times_as_often_as_its_city_is_meant() -> None:
    body = (
        "晋中市的古城保护有了新进展。" + "平遥县修缮了城墙，平遥县还培训了工匠。",
        "平遥县的民居保护经验得到推广。" + FILLING,
    )
    assert place_of(*body) == PINGYAO
    assert place_of("晋中市安排资金。晋中市召开会议。", *body)[:2] == PINGYAO[:2]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ("平遥县和祁县联合执法。平遥县派出十人，祁县派出八人。", ("山西省", "晋中市", None)),
        ("昆山市与常熟市共同治水。昆山市负责上游，常熟市负责下游。", ("江苏省", "苏州市", None)),
        ("海淀区、丰台区试点改革。海淀区先行，丰台区跟进。", BEIJING),
        ("义乌市和诸暨市签约。义乌市出资金，诸暨市出场地。", ("浙江省", None, None)),
        (
            "桂平市、平南县受灾。桂平市转移群众，平南县发放物资。",
            ("广西壮族自治区", "贵港市", None),
        ),
    ],
)
def test_of_two_counties_what_both_lie_in_is_meant(body: str, place: Place) -> None:
    assert place_of(body) == place


def test_a_text_that_says_all_the_province_throughout_is_about_the_province() -> None:
    body = (
        "昨日省商务厅公布，全省节日期间零售额增长。广州、茂名的商场人流如织。",
        "全省各地组织促销。省政府要求保障供应，全省价格平稳。广州的酒店客满，广州客流增长。",
    )
    assert place_of(*body, source="南方日报") == ("广东省", None, None)


@pytest.mark.parametrize(
    ("title", "line"),
    [
        ("政府工作报告", "——2019年3月5日在第十三届全国人民代表大会第二次会议上"),
        ("最高人民法院工作报告", "2018年3月9日在第十三届全国人民代表大会第一次会议上"),
        (
            "关于2022年中央决算的报告",
            "2023年6月26日在第十四届全国人民代表大会常务委员会第三次会议上",
        ),
        ("国务院关于加强数字政府建设的指导意见", "国发〔2022〕14号"),
        ("中华人民共和国2023年国民经济和社会发展统计公报", "国家统计局"),
        ("中共中央 国务院关于做好农业农村工作的意见", "2023年1月2日"),
    ],
)
def test_reports_and_papers_of_the_state_are_of_the_whole_country(title: str, line: str) -> None:
    body = (line, "各位代表：过去一年，经济平稳运行。北京、上海、广东等地率先发展。")
    assert place_of(*body, title=title) == ("全国", None, None)


@pytest.mark.parametrize(
    ("title", "line", "place"),
    [
        ("政府工作报告", "在上海市第十五届人民代表大会第二次会议上，上海市市长作报告。", "上海市"),
        ("国务院关于支持海南全面深化改革的指导意见", "海南要发挥优势，支持海南建设。", "海南省"),
    ],
)
def test_those_on_one_place_are_of_that_place(title: str, line: str, place: str) -> None:
    assert place_of(line, title=title)[0] == place


@pytest.mark.parametrize(
    "history",
    [
        "1994年1月25日 公安部发布",
        "2022年3月10日 国家市场监督管理总局令第54号公布",
        "1995年6月3日 中华人民共和国国务院、中华人民共和国中央军事委员会令第178号发布",
        "1985年3月15日 国家标准局发布",
        "1952年6月27日 政务院批准",
    ],
)
def test_what_a_ministry_promulgates_holds_in_the_whole_country(history: str) -> None:
    clues = PlaceClues(
        title="产品质量监督办法", promulgation=(history,), body=("第一条 为了监督质量。",)
    )
    assert infer_place(clues)[0] == ("全国", None, None)


@pytest.mark.parametrize(
    ("outlet", "place"),
    [
        ("光明日报", UNKNOWN_PLACE),
        ("解放日报", UNKNOWN_PLACE),
        ("朝阳日报", ("辽宁省", "朝阳市", None)),
        ("大同日报", ("山西省", "大同市", None)),
        ("海南日报", ("海南省", None, None)),
        ("义乌商报", ("浙江省", "金华市", "义乌市")),
        ("上海证券报", UNKNOWN_PLACE),
        ("南京大学新闻网", UNKNOWN_PLACE),
        ("国网池州供电公司", ("安徽省", "池州市", None)),
        ("浙江日报报业集团", ("浙江省", None, None)),
    ],
)
def test_a_paper_is_of_a_city_but_not_of_a_district_that_is_a_word(
    outlet: str, place: Place
) -> None:
    assert place_of_outlet(outlet) == place


def test_an_outlet_alone_says_nothing_of_what_it_writes_about() -> None:
    assert place_of("专家介绍了斑马鱼的实验，实验进展顺利。", source="贵港日报") == UNKNOWN_PLACE


@pytest.mark.parametrize(
    ("body", "title", "place"),
    [
        # The stations of a city are in it.
        (
            "昨日上午，兰州火车站恢复售票。兰州火车站候车室已经清扫，旅客可以改签。",
            None,
            ("甘肃省", "兰州市", None),
        ),
        # Those that are called to what happens are called there.
        ("今晨7点，贵阳消防接到报警，一所小学的仓库起火。", None, ("贵州省", "贵阳市", None)),
        ("石家庄市一处建材市场今晨起火，无人受伤。", None, ("河北省", "石家庄市", None)),
        # Who writes for all readers names the province too.
        (
            "今晨，湖南绕城高速公路长沙段有两车相撞，长沙警方已经处理。",
            "湖南绕城高速两车相撞",
            ("湖南省", "长沙市", None),
        ),
    ],
)
def test_a_short_report_is_of_where_it_happened(body: str, title: str | None, place: Place) -> None:
    assert place_of(body, title=title) == place


def test_the_usual_name_of_an_autonomous_county_is_a_full_one() -> None:
    body = (
        "6月5日，长阳县一村民家中起火，长阳县干部赶到现场。"
        "在宜昌市专家和长阳县医生的努力下，伤者出院。"
    )
    assert place_of(body + "现场已经清理。" * 22) == ("湖北省", "宜昌市", "长阳土家族自治县")


def test_neither_a_distance_nor_a_long_list_is_what_a_report_is_about() -> None:
    shaken = (
        "山西省介休市今晨地震，介休市震感明显。震中距介休市区30公里，距太原市区120公里。"
        "山西省介休市尚无伤亡。"
    )
    felt = "太原、临汾、运城、晋城、吕梁、忻州部分地区有震感。"
    assert place_of(shaken + felt) == ("山西省", "晋中市", "介休市")


@pytest.mark.parametrize(
    ("body", "title", "place"),
    [
        # The bureau of an agency in a capital reports on the whole province,
        (
            "中新网南京4月3日电（记者张某）江苏省消保委发布报告。江苏省受理投诉六万件。",
            None,
            ("江苏省", None, None),
        ),
        ("中新网郑州4月3日电 小麦长势是近年最好的。", "河南春耕有序进行", ("河南省", None, None)),
        # but on its city too, and who goes to another city reports on that.
        (
            "中新网南京4月3日电 江苏省南京市公布规划。南京市的地铁将延长，南京公交同步调整。",
            None,
            ("江苏省", "南京市", None),
        ),
        (
            "中新网温州4月3日电 浙江省有关部门检查了浙江省的码头。温州的渔船已经回港。",
            None,
            ("浙江省", "温州市", None),
        ),
        ("旅客可以改签，列车恢复。", "新华社西宁3月30日电题：青海列车恢复", ("青海省", None, None)),
        # Its office there is that of the province.
        (
            "兰州海关介绍，瓜子已经出口。兰州海关加快通关，甘肃省的企业受益，甘肃省将再出口。",
            None,
            ("甘肃省", None, None),
        ),
    ],
)
def test_a_dateline_in_a_capital_is_that_of_its_province(
    body: str, title: str | None, place: Place
) -> None:
    assert place_of(body, title=title) == place


def test_what_all_provinces_report_is_not_of_the_one_that_is_named_with_them() -> None:
    body = (
        "31个省（自治区、直辖市）和新疆生产建设兵团报告新增病例35例。"
        "据31个省（自治区、直辖市）和新疆生产建设兵团报告，出院170例。"
    )
    assert place_of(body, title="31省份和新疆兵团新增病例35例") == UNKNOWN_PLACE


def test_a_vehicle_is_not_where_it_comes_from_or_goes_to() -> None:
    body = "昨日，由西安开往乌鲁木齐的1043次列车在隧道中起火，无人伤亡，原因正在调查。"
    assert place_of(body, title="西安开往乌鲁木齐的列车起火") == UNKNOWN_PLACE


def test_what_the_state_says_is_not_of_where_it_says_so() -> None:
    body = "中新社武汉3月31日电（记者某某）有关负责人在武汉举行的发布会上介绍，将每日公布情况。"
    assert place_of(body, title="国家卫健委：将每日公布情况") == UNKNOWN_PLACE
    assert place_of(body, title="将每日公布情况") == ("湖北省", "武汉市", None)


def test_a_province_that_ends_like_a_direction_takes_nothing_from_its_city() -> None:
    assert place_of("江西南昌的公园开放。", title="江西南昌开放公园") == ("江西省", "南昌市", None)
    assert place_of("西南昌盛起来，西南昌隆起来。", title="西南昌盛") == UNKNOWN_PLACE


def test_a_reason_is_no_city() -> None:
    body = "网友提出四大理由反对罢免。这四大理由中，第一大理由是花钱，第二大理由是费时。"
    assert place_of(body, title="提4大理由反对罢免") == UNKNOWN_PLACE


@pytest.mark.parametrize(
    ("body", "title", "place"),
    [
        # Towns and roads are parts of a place, and what leads on in a chain is no other name.
        (
            "合肥小庙镇一农户家中昨日起火。",
            "合肥小庙镇一农户家中起火",
            ("安徽省", "合肥市", None),
        ),
        (
            "在青岛平度通用机场，一架飞机完成试飞。青岛平度的机场项目进入新阶段。"
            + "飞机飞行平稳，操纵灵活。" * 20,
            "胶东首架飞机试飞成功",
            ("山东省", "青岛市", "平度市"),
        ),
        # Beside another county of the city, a name that only one place bears needs no more.
        (
            "国道315线德令哈段发生事故，伤者送往德令哈的医院，乌兰的民警也已赶到。",
            "德令哈两车相撞",
            ("青海省", "海西蒙古族藏族自治州", "德令哈市"),
        ),
        # When something happened may be said first.
        (
            "12月26日凌晨，吴江区一幢住宅楼着火，队员立即赶到，救出两位老人。",
            "老小区深夜起火",
            ("江苏省", "苏州市", "吴江区"),
        ),
        ("今天早上，在昆明发生了爆炸，已经造成伤亡。", None, ("云南省", "昆明市", None)),
        # A province in the title stands for the city that the text tells of.
        (
            "营养厨房在湖北十堰市一所小学落成，湖北十堰市有关领导到场，十堰市的学生受益。"
            "湖北还将建二十个厨房。",
            "首个营养厨房在湖北落成",
            ("湖北省", "十堰市", None),
        ),
    ],
)
def test_what_a_report_tells_of_is_found_in_short_names_and_chains(
    body: str, title: str | None, place: Place
) -> None:
    assert place_of(body, title=title) == place
