"""The invented cast of the sample mails. Nobody here exists; every domain ends in `.example`."""

from __future__ import annotations

from dataclasses import dataclass

MAILBOX = "correquests@mt.example"
"""The inbox that the product watches."""
IT_SERVICE_DESK = "it-desk@mt.example"
"""Where tickets go."""


@dataclass(frozen=True)
class Officer:
    """Somebody of the Department who signs in. `role` is `approver`, `deputy` or `viewer`."""

    user: str
    name: str
    email: str
    role: str


@dataclass(frozen=True)
class Submitter:
    """Designated provider staff who may ask for access (III.B.2)."""

    name: str
    email: str
    position: str
    telephone: str


@dataclass(frozen=True)
class Staff:
    """A staff member of a provider, for whom access may be asked."""

    given_name: str
    family_name: str
    position: str
    email: str
    telephone: str

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given_name} {self.family_name}"


@dataclass(frozen=True)
class Provider:
    """One of the eight contracts: `key` as in `forms.schema.PROVIDERS`, its mail domain and its people."""

    key: str
    domain: str
    submitters: tuple[Submitter, ...]
    supervisor: Staff
    staff: tuple[Staff, ...]

    def member(self, family_name: str) -> Staff:
        """The staff member of that family name; `KeyError` when there is none."""
        for person in self.staff:
            if person.family_name == family_name:
                return person
        raise KeyError(family_name)


OFFICERS = (
    Officer("mreyes", "Maria Reyes", "maria.reyes@mt.example", "approver"),
    Officer("dokafor", "Daniel Okafor", "daniel.okafor@mt.example", "deputy"),
    Officer("vlindqvist", "Vera Lindqvist", "vera.lindqvist@mt.example", "viewer"),
)


def staff(domain: str, name: str, position: str, telephone: str) -> Staff:
    """A staff member whose address is made of the name."""
    given, family = name.split()
    return Staff(given, family, position, f"{given}.{family}@{domain}".lower(), telephone)


def submitter(domain: str, name: str, position: str, telephone: str) -> Submitter:
    """A designated submitter whose address is made of the name."""
    person = staff(domain, name, position, telephone)
    return Submitter(person.name, person.email, position, telephone)


def provider(
    key: str,
    domain: str,
    submitters: tuple[tuple[str, str, str], ...],
    supervisor: tuple[str, str, str],
    members: tuple[tuple[str, str, str], ...],
) -> Provider:
    """A provider from rows of name, position and telephone."""
    return Provider(
        key,
        domain,
        tuple(submitter(domain, *row) for row in submitters),
        staff(domain, *supervisor),
        tuple(staff(domain, *row) for row in members),
    )


PROVIDERS = (
    provider(
        "alternatives",
        "alternatives.example",
        (("Colleen Ostby", "Office manager", "406-555-0110"),),
        ("Dennis Haugen", "Program director", "406-555-0111"),
        (
            ("Kayla Brightwater", "Case manager", "406-555-0112"),
            ("Martin Sorensen", "Resident advisor", "406-555-0113"),
        ),
    ),
    provider(
        "butte",
        "butteprerelease.example",
        (("Frank Delaney", "Administrator", "406-555-0120"), ("Irene Novak", "Records clerk", "406-555-0121")),
        ("Patrick Sullivan", "Shift supervisor", "406-555-0122"),
        (("Tessa Maddox", "Case manager", "406-555-0123"), ("Curtis Lahti", "Security staff", "406-555-0124")),
    ),
    provider(
        "gallatin",
        "gallatinreentry.example",
        (("Nora Vandenberg", "Program manager", "406-555-0130"),),
        ("Albert Finch", "Clinical supervisor", "406-555-0131"),
        (("Simone Archer", "Reentry case manager", "406-555-0132"), ("Wade Tolliver", "Job developer", "406-555-0133")),
    ),
    provider(
        "helena",
        "helenaprerelease.example",
        (("Gloria Stavig", "Deputy director", "406-555-0140"),),
        ("Raymond Kessler", "Treatment manager", "406-555-0141"),
        (("Hannah Lindgren", "Case manager", "406-555-0142"), ("Peter Wolfe", "Resident monitor", "406-555-0143")),
    ),
    provider(
        "passages",
        "passages.example",
        (("Joyce Amundson", "Program coordinator", "406-555-0150"),),
        ("Valerie Trask", "Unit supervisor", "406-555-0151"),
        (("Renee Castillo", "Case manager", "406-555-0152"), ("Molly Grant", "Counselor", "406-555-0153")),
    ),
    provider(
        "elkhorn",
        "elkhorn.example",
        (("Theresa Knudsen", "Administrative assistant", "406-555-0160"),),
        ("Harold Beck", "Clinical supervisor", "406-555-0161"),
        (
            ("Angela Ruiz", "Licensed addiction counselor", "406-555-0162"),
            ("Bonnie Teller", "Case manager", "406-555-0163"),
        ),
    ),
    provider(
        "nexus",
        "nexus.example",
        (
            ("Laura Brandt", "Office administrator", "406-555-0170"),
            ("Owen Gallagher", "Program director", "406-555-0171"),
        ),
        ("Samuel Ostrander", "Treatment supervisor", "406-555-0172"),
        (
            ("Jane Doe", "Case manager", "406-555-0173"),
            ("Marcus Whitfield", "Treatment specialist", "406-555-0174"),
            ("Priya Raman", "Records technician", "406-555-0175"),
        ),
    ),
    provider(
        "start",
        "start.example",
        (("Beverly Quist", "Administrative lead", "406-555-0180"),),
        ("Hugh Mackenzie", "Unit manager", "406-555-0181"),
        (("Dustin Parrish", "Correctional counselor", "406-555-0182"), ("Erin Maki", "Case manager", "406-555-0183")),
    ),
)
"""The eight providers of the procedure's header, in its order."""

BY_KEY = {one.key: one for one in PROVIDERS}
