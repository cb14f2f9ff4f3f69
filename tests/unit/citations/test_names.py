"""Author fields as sources print them."""

from __future__ import annotations

import pytest

from search.citing.record import split_names


@pytest.mark.parametrize(
    ("printed", "names"),
    [
        (None, ()),
        ("", ()),
        (" 、 ", ()),
        ("梁启勇", ("梁启勇",)),
        ("张三、李四", ("张三", "李四")),
        ("张三 李四", ("张三", "李四")),
        ("张三　李四　王五六", ("张三", "李四", "王五六")),
        ("张 三", ("张三",)),
        ("张三，李四；王五", ("张三", "李四", "王五")),
        ("张三、张三", ("张三",)),
        ("本报记者梁启勇", ("梁启勇",)),
        ("记者/谭卓雯 通讯员/杨展", ("谭卓雯", "杨展")),
        ("新华社记者 张三、李四", ("张三", "李四")),
        ("作者：张三", ("张三",)),
        ("文/张三", ("张三",)),
        ("本报记者", ("本报记者",)),
        ("新华社评论员", ("新华社评论员",)),
        ("〔英〕昂温", ("昂温",)),
        ("贵池区委政法委", ("贵池区委政法委",)),
        ("贵港市 公安局", ("贵港市 公安局",)),
        ("太原长安网(中共太原市委、市政府)", ("太原长安网(中共太原市委、市政府)",)),
        ("World Bank", ("World Bank",)),
        ("Ministry of Education and Culture", ("Ministry of Education and Culture",)),
        ("IEC/IEEE", ("IEC/IEEE",)),
    ],
)
def test_an_author_field_is_taken_apart(printed: str | None, names: tuple[str, ...]) -> None:
    assert split_names(printed).names == names


@pytest.mark.parametrize("printed", ["张三等", "张三、李四 等", "张三等人", "Smith, John, et al."])
def test_more_authors_than_are_named_are_remembered(printed: str) -> None:
    assert split_names(printed).more


def test_a_western_name_is_turned_only_where_it_says_how() -> None:
    assert split_names("van Veen, Peter H").inverted == ((0, ("van Veen", "Peter H")),)
    assert split_names("John Smith").inverted == ()
    assert split_names("Ministry of Truth, London").inverted == ()


@pytest.mark.parametrize("alone", ["等", "et al."])
def test_nobody_but_others_is_a_name_as_printed(alone: str) -> None:
    assert not split_names(alone).more
