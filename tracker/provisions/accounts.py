"""The accounts that pay for help to other countries' forces, by the headings that acts print over them. Pure."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple


class Account(NamedTuple):
    """`code` is how we call it, `names` what acts have printed over it."""

    code: str
    name: str
    names: tuple[str, ...]


ACCOUNTS = (
    Account("FMF", "Foreign Military Financing Program", ("foreign military financing program",)),
    Account("IMET", "International Military Education and Training",
            ("international military education and training",)),
    Account("INCLE", "International Narcotics Control and Law Enforcement",
            ("international narcotics control and law enforcement",)),
    Account("NADR", "Nonproliferation, Anti-terrorism, Demining and Related Programs",
            ("nonproliferation, anti-terrorism, demining and related programs",
             "nonproliferation, anti-terrorism, demining, and related programs")),
    Account("PKO", "Peacekeeping Operations", ("peacekeeping operations",)),
    Account("ESF", "Economic Support Fund", ("economic support fund",)),
    Account("NSIP", "National Security Investment Programs", ("national security investment programs",)),
    Account("AEECA", "Assistance for Europe, Eurasia and Central Asia",
            ("assistance for europe, eurasia and central asia",)),
    Account("CTEF", "Counter-ISIS Train and Equip Fund",
            ("counter-isis train and equip fund", "counter-islamic state of iraq and syria train and equip fund",
             "counter-islamic state of iraq and syria (isis) train and equip fund")),
    Account("ASFF", "Afghanistan Security Forces Fund", ("afghanistan security forces fund",)),
    Account("CTR", "Cooperative Threat Reduction Account", ("cooperative threat reduction account",)),
    Account("DRUG", "Drug Interdiction and Counter-Drug Activities, Defense",
            ("drug interdiction and counter-drug activities, defense",)),
)  # fmt: skip
"""In the order in which tables show them."""

SECURITY_ACCOUNTS = frozenset(account.code for account in ACCOUNTS)

_CODES = {name: account.code for account in ACCOUNTS for name in account.names}


@cache
def account_of(heading: str) -> str:
    """The code of the account that a heading names, alone or behind its agency; any other goes by its heading."""
    tidied = re.sub(r"\s+", " ", heading).strip(" ,.")
    folded = tidied.casefold()
    return _CODES.get(folded) or _CODES.get(folded.rpartition("—")[2].strip(), tidied)
