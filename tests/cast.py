"""The cast: one small invented district with its people, built through the services, the same in every test.

    松江区 (songjiang)
    ├ 岳阳街道 (yueyang)                 沈洁 shenjie, street clerk, with the units below; may sign in to the desk
    │ ├ 方塔社区 (fangta)                李书华 lishuji, secretary; 周芙 zhoufu, deputy
    │ │ ├ 第一网格 (fangta-1)            王格霞 wanggexia, grid worker
    │ │ └ 第二网格 (fangta-2)            nobody
    │ ├ 西林社区 (xilin)                 nobody
    │ └ 方塔图书馆 (library)             organisation; 陈文 org1, liaison
    └ 广富林街道 (guangfulin)
      ├ 云间社区 (yunjian)
      │ └ 第一网格 (yunjian-1)           邱远 outsider, grid worker of another street
      └ 青禾园艺公司 (garden)            organisation; 林青 org2, liaison

赵一平 member1 belongs to 方塔社区, holds no appointment and is head of the repair team 方塔修缮队 (team).
admin is the system administrator, without a member.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.contrib.auth.models import Group, Permission

from core.actors import SYSTEM, Actor
from core.people import services
from core.people.models import Appointment, Member, OrgUnit, Role, Team, UnitKind, User

PASSWORD = "pugongying2026"
NOW = datetime(2026, 5, 11, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Monday, no holiday near
TODAY = NOW.date()
SINCE = date(2026, 1, 1)

KINDS = [  # slug, Chinese, English, territorial, organisation
    ("district", "区", "District", True, False),
    ("street", "街道", "Street", True, False),
    ("community", "社区", "Community", True, False),
    ("grid", "网格", "Grid", True, False),
    ("agency", "机关事业单位", "Agency", False, True),
    ("company", "企业", "Company", False, True),
]
UNITS = [  # slug, name, kind, parent
    ("songjiang", "松江区", "district", None),
    ("yueyang", "岳阳街道", "street", "songjiang"),
    ("fangta", "方塔社区", "community", "yueyang"),
    ("fangta-1", "第一网格", "grid", "fangta"),
    ("fangta-2", "第二网格", "grid", "fangta"),
    ("xilin", "西林社区", "community", "yueyang"),
    ("library", "方塔图书馆", "agency", "yueyang"),
    ("guangfulin", "广富林街道", "street", "songjiang"),
    ("yunjian", "云间社区", "community", "guangfulin"),
    ("yunjian-1", "第一网格", "grid", "yunjian"),
    ("garden", "青禾园艺公司", "company", "guangfulin"),
]
ROLES = [  # slug, Chinese, English, represents
    ("grid_worker", "网格员", "Grid worker", False),
    ("community_deputy", "社区副书记", "Community deputy", False),
    ("community_secretary", "社区书记", "Community secretary", False),
    ("street_clerk", "街道干部", "Street clerk", False),
    ("liaison", "单位联络员", "Liaison", True),
]
PEOPLE = [  # login, name, phone, home unit, role, unit of the role, with the units below
    ("wanggexia", "王格霞", "13800000001", "fangta", "grid_worker", "fangta-1", False),
    ("zhoufu", "周芙", "13800000002", "fangta", "community_deputy", "fangta", False),
    ("lishuji", "李书华", "13800000003", "fangta", "community_secretary", "fangta", False),
    ("shenjie", "沈洁", "13800000004", "yueyang", "street_clerk", "yueyang", True),
    ("org1", "陈文", "13800000005", "library", "liaison", "library", False),
    ("org2", "林青", "13800000006", "garden", "liaison", "garden", False),
    ("member1", "赵一平", "13800000007", "fangta", "", "", False),
    ("outsider", "邱远", "13800000008", "yunjian", "grid_worker", "yunjian-1", False),
]
CLERK_MAY = ["access_admin", "view_member", "view_orgunit", "view_team"]


@dataclass
class Cast:
    """Who and what there is, by slug or login."""

    kinds: dict[str, UnitKind] = field(default_factory=dict)
    units: dict[str, OrgUnit] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    appointments: dict[str, Appointment] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    now: datetime = NOW
    today: date = TODAY

    def actor(self, login: str) -> Actor:
        """The signed-in actor with this login, with the rights he has at this moment."""
        return Actor(user=User.objects.get(pk=self.users[login].pk))


def build_cast() -> Cast:
    """Create the whole cast in an empty database."""
    cast = Cast()
    for slug, chinese, english, territorial, organisation in KINDS:
        cast.kinds[slug] = services.create_kind(
            actor=SYSTEM,
            slug=slug,
            name={"zh-hans": chinese, "en": english},
            is_territorial=territorial,
            is_organisation=organisation,
            now=NOW,
        )
    for slug, name, kind, parent in UNITS:
        above = cast.units[parent] if parent else None
        cast.units[slug] = services.create_unit(
            actor=SYSTEM, parent=above, slug=slug, name=name, kind=cast.kinds[kind], now=NOW
        )
    for slug, chinese, english, represents in ROLES:
        names = {"zh-hans": chinese, "en": english}
        group = _clerks() if slug == "street_clerk" else None
        cast.roles[slug] = services.create_role(
            actor=SYSTEM, slug=slug, name=names, represents=represents, group=group, now=NOW
        )
    for person in PEOPLE:
        _add_person(cast, *person)
    cast.users["admin"] = User.objects.create_superuser("admin", password=PASSWORD)
    _add_team(cast)
    cast.units = {unit.slug: unit for unit in OrgUnit.objects.select_related("kind")}  # with their child counts
    return cast


def _clerks() -> Group:
    group = Group.objects.create(name="街道干部")
    group.permissions.set(Permission.objects.filter(codename__in=CLERK_MAY))
    return group


def _add_person(cast: Cast, login: str, name: str, phone: str, home: str, role: str, unit: str, below: bool) -> None:
    number = f"V{len(cast.members) + 1:04}"
    member = services.create_member(
        actor=SYSTEM, number=number, name=name, category="employed", phone=phone, email=f"{login}@example.org", now=NOW
    )
    cast.members[login] = member
    cast.users[login] = services.give_login(actor=SYSTEM, member=member, username=login, password=PASSWORD, now=NOW)
    services.affiliate(actor=SYSTEM, member=member, unit=cast.units[home], relation="home", since=SINCE, now=NOW)
    if role:
        cast.appointments[login] = services.appoint(
            actor=SYSTEM,
            member=member,
            role=cast.roles[role],
            unit=cast.units[unit],
            since=SINCE,
            include_children=below,
            now=NOW,
        )


def _add_team(cast: Cast) -> None:
    team = services.create_team(
        actor=SYSTEM, slug="repairs", name="方塔修缮队", unit=cast.units["fangta"], kinds=["repairs"], now=NOW
    )
    cast.teams["repairs"] = team
    services.join_team(
        actor=SYSTEM,
        team=team,
        member=cast.members["member1"],
        relation="organisational",
        position="head",
        since=SINCE,
        now=NOW,
    )
