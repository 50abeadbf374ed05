"""Personal data in free text is found, however it is typed; ordinary text passes."""

import pytest

from core.leaks import leaks_in


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("请打13812345678找我", "phone"),
        ("138 1234 5678", "phone"),
        ("138-1234-5678", "phone"),
        ("１３８１２３４５６７８", "phone"),
        ("1.3.8.1.2.3.4.5.6.7.8", "phone"),
        ("+86 13812345678", "phone"),
        ("0086-138-1234-5678", "phone"),
        ("电话021-57812345", "phone"),
        ("(021)57812345", "phone"),
        ("0571 8712 3456", "phone"),
        ("我的电话是：57812345", "phone"),
        ("400-820-1234", "phone"),
        ("11010519491231002X", "id_number"),
        ("110105 19491231 002x", "id_number"),
        ("卡号6222021234567890128", "bank_card"),
        ("4111 1111 1111 1111", "bank_card"),
        ("zhang.san@example.com", "email"),
        ("ｚｈａｎｇ＠ｅｘａｍｐｌｅ．ｃｏｍ", "email"),
        ("方塔小区12号楼301室", "house_number"),
        ("3栋2单元501", "house_number"),
        ("三号楼二单元五零一室", "house_number"),
        ("12栋 3 单元 602 室", "house_number"),
        ("88弄12号", "house_number"),
        ("住3-2-501", "house_number"),
        ("5号楼1202", "house_number"),
        ("方塔村12号", "house_number"),
    ],
)
def test_personal_data_is_found(text, kind):
    assert [leak.kind for leak in leaks_in(text)] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "住在3楼的老人，想要一张轮椅",
        "12号楼的电梯",
        "2026年5月11日上午9:00-11:30",
        "2026-05-11 至 2026-12-10",
        "12-10-2026",
        "1250余次服务，1,250,000元",
        "坐110路公交车到人民北路12号党群服务中心",
        "5号楼门口的2026年春节",
        "12号301人参加活动，5号 300元",
        "12345热线",
        "10号线，一号文件，全村12号开会",
        "办件 XY-2026-0001，单号20260511000012",
        "110105194912310021",  # the checksum is wrong
        "6222021234567890129",  # and so is this one
        "65岁以上老人120名",
    ],
)
def test_ordinary_text_passes(text):
    assert leaks_in(text) == []


def test_a_leak_says_where_it_is():
    text = "我住12号楼301室，电话138 1234 5678。"
    assert [text[leak.start : leak.end] for leak in leaks_in(text)] == ["12号楼301室", "138 1234 5678"]
