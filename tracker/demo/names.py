"""Invented names, logins and telephone numbers of the sample people.

Owns: how a believable Vietnamese name is put together, the same at every build. Must not know a unit or a role.
"""

import random

_SURNAMES = {
    "Nguyễn": 30, "Trần": 12, "Lê": 9, "Phạm": 10, "Hoàng": 5, "Vũ": 8, "Đặng": 4, "Bùi": 5, "Đỗ": 6, "Đào": 4,
    "Ngô": 3, "Dương": 3, "Lương": 3, "Đoàn": 3, "Tạ": 2, "Hà": 2, "Phan": 3, "Trịnh": 2, "Mai": 2, "Lại": 2,
    "Chu": 1, "Quách": 1, "Tống": 1, "Khúc": 1,
}  # fmt: skip
_MEN_MIDDLE = (
    "Văn",
    "Đức",
    "Minh",
    "Quang",
    "Xuân",
    "Hữu",
    "Công",
    "Thành",
    "Ngọc",
    "Tiến",
    "Duy",
    "Bá",
    "Trọng",
)
_MEN = (
    "An", "Bách", "Bình", "Chiến", "Cường", "Dũng", "Đạt", "Điệp", "Đông", "Giang", "Hải", "Hiếu", "Hoàn", "Hùng",
    "Huy", "Khải", "Khoa", "Kiên", "Lâm", "Long", "Lượng", "Mạnh", "Nghĩa", "Phong", "Phúc", "Quân", "Quyết",
    "Sơn", "Tâm", "Thắng", "Thịnh", "Thuận", "Toản", "Trung", "Tuấn", "Tùng", "Vinh", "Vượng",
)  # fmt: skip
_WOMEN_MIDDLE = (
    "Thị",
    "Thị",
    "Thị Thu",
    "Thị Minh",
    "Thanh",
    "Ngọc",
    "Thu",
    "Bích",
    "Hồng",
    "Phương",
    "Thị Kim",
)
_WOMEN = (
    "Ánh", "Chi", "Dung", "Duyên", "Hà", "Hạnh", "Hằng", "Hiền", "Hoa", "Hòa", "Huệ", "Hương", "Hường", "Lan",
    "Liên", "Linh", "Loan", "Mai", "Nga", "Ngân", "Nhung", "Oanh", "Phượng", "Quyên", "Thảo", "Thoa", "Thơm",
    "Thủy", "Trang", "Tuyết", "Vân", "Xuyến", "Yến",
)  # fmt: skip


class Names:
    """Gives each person a name that nobody else of the province bears, and a telephone number that rings nowhere."""

    def __init__(self) -> None:
        self._random = random.Random(33)
        self._taken: set[str] = set()
        self._phones = 0

    def next_name(self) -> str:
        """A name that was not given before."""
        while (name := self._draw()) in self._taken:
            pass
        self._taken.add(name)
        return name

    def next_phone(self) -> str:
        """A number under 0200, a code that belongs to no province."""
        self._phones += 1
        return f"0200 {self._phones // 1000:03d} {self._phones % 1000:03d}"

    def _draw(self) -> str:
        surname = self._random.choices(list(_SURNAMES), weights=list(_SURNAMES.values()))[0]
        is_woman = self._random.random() < 0.45
        middle = self._random.choice(_WOMEN_MIDDLE if is_woman else _MEN_MIDDLE)
        given = self._random.choice(_WOMEN if is_woman else _MEN)
        return self._draw() if given in (surname, *middle.split()) else f"{surname} {middle} {given}"
