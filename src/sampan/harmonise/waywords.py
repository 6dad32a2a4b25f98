"""What the way back writes beside the figures, in the seven languages: headings, remarks, and words for silences."""

from __future__ import annotations

CAVEATS = {
    "en": "Caveats", "km": "កំណត់ចំណាំ", "vi": "Lưu ý", "th": "หมายเหตุ", "lo": "ໝາຍເຫດ", "my": "မှတ်ချက်",
    "zh": "备注",
}  # fmt: skip
NO_EQUAL = {
    "en": "No equal in this form", "km": "គ្មានកន្លែងក្នុងទម្រង់នេះ", "vi": "Không có ô tương ứng trong biểu này",
    "th": "ไม่มีช่องที่ตรงกันในแบบนี้",
    "lo": "ບໍ່ມີຊ່ອງທີ່ກົງກັນໃນແບບນີ້", "my": "ဤပုံစံတွင် နေရာမရှိ", "zh": "本表中无对应栏",
}  # fmt: skip
COUNTED = {
    "en": "counted from a list of cases", "km": "រាប់ចេញពីបញ្ជីករណី", "vi": "đếm từ danh sách ca bệnh",
    "th": "นับจากรายชื่อผู้ป่วย", "lo": "ນັບຈາກບັນຊີກໍລະນີ", "my": "လူနာစာရင်းမှ ရေတွက်သည်", "zh": "由病例清单统计",
}  # fmt: skip
BROKEN = {
    "en": "territory changed", "km": "ដែនដីបានផ្លាស់ប្ដូរ", "vi": "địa giới thay đổi", "th": "เปลี่ยนแปลงเขตพื้นที่",
    "lo": "ເຂດແດນປ່ຽນແປງ", "my": "နယ်နိမိတ် ပြောင်းလဲသည်", "zh": "区划变更",
}  # fmt: skip
SILENCES = {
    "unknown": {
        "en": "not known", "km": "មិនដឹង", "vi": "không rõ", "th": "ไม่ทราบ", "lo": "ບໍ່ຮູ້", "my": "မသိရ", "zh": "不详",
    },
    "not_reported": {
        "en": "not reported", "km": "មិនបានរាយការណ៍", "vi": "không báo cáo", "th": "ไม่ได้รายงาน", "lo": "ບໍ່ໄດ້ລາຍງານ",
        "my": "အစီရင်မခံပါ", "zh": "未报告",
    },
    "withheld": {
        "en": "not shared", "km": "មិនបានចែករំលែក", "vi": "không chia sẻ", "th": "ไม่ได้เปิดเผย", "lo": "ບໍ່ໄດ້ແບ່ງປັນ",
        "my": "မမျှဝေပါ", "zh": "未共享",
    },
    "suppressed": {
        "en": "suppressed", "km": "លាក់ដើម្បីការពារ", "vi": "ẩn để bảo vệ", "th": "ปิดไว้เพื่อคุ้มครอง",
        "lo": "ປິດໄວ້ເພື່ອປົກປ້ອງ", "my": "ကာကွယ်ရန် ဖုံးထားသည်", "zh": "为保护而隐去",
    },
    "zero": {"en": "zero, reported", "km": "សូន្យ", "vi": "không ca", "th": "ศูนย์", "lo": "ສູນ", "my": "သုည", "zh": "零"},
}  # fmt: skip


def silence(status: str, language: str) -> str:
    """What a status is called in a form of that language; the status itself where there is no word for it."""
    return SILENCES.get(status, {}).get(language, status.replace("_", " "))


# What the way back writes for figures held back is read as that, also by a source that declares no word for it.
HELD_BACK = {word: status for status in ("withheld", "suppressed") for word in SILENCES[status].values()}
