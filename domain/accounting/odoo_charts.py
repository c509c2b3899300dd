"""The charts of accounts of Odoo 19, for a server without accounting: only its Python code knows them there.

Such a server names over RPC the modules it has; which charts a module brings it says once accounting is installed. The
codes are those that Odoo 19.0 then lets one choose from.
"""

from collections.abc import Sequence

GENERIC_CHART = "generic_coa"

CHARTS = frozenset(
    """
    ae ar_base ar_ex ar_ri at au bd be_asso be_comp bf bf_syscebnl bg bh bj bj_syscebnl bo br ca_2023 cd
    cd_syscebnl cf cf_syscebnl cg cg_syscebnl ch ci ci_syscebnl cl cm cm_syscebnl cn cn_large_bis co cr cy cz
    de_skr03 de_skr04 dk do dz ec ee eg es_assec es_canary_assoc es_canary_full es_canary_pymes es_coop_full
    es_coop_pymes es_full es_pymes et fi fr ga ga_syscebnl generic_coa gn gn_syscebnl gq gq_syscebnl gr gt gw
    gw_syscebnl hk hn hr hr_kuna hu id ie il in iq it jo_standard jp ke kh km km_syscebnl kr kw kz lb lk lt lu lv
    ma mc ml ml_syscebnl mn mt mu mx my mz ne ne_syscebnl ng nl no nz om pa pe ph pk pl pt qa ro rs rw sa se se_K2
    se_K3 sg si sk sn sn_syscebnl td td_syscebnl tg tg_syscebnl th tn tr tw tz ua_psbo ug uk us
    uy ve vn xi za zm
    """.split()  # noqa: SIM905 (149 lines otherwise)
)

SHARED = frozenset({"syscohada", "syscebnl"})
"""Several countries' charts are made of these; Odoo lists them and refuses to load them."""

_ELSEWHERE = {
    "mc": "l10n_fr_account",
    "xi": "l10n_uk",
    "hr_kuna": "l10n_hr_kuna",
}

_PREFIXES = {"GB": "uk"}
_SHARED_WITH = {"GB": ("xi",)}
"""Northern Ireland's chart is of the same country."""


def chart_modules(code: str) -> list[str]:
    """The modules of Odoo of which one brings this chart; it is there if one of them is."""
    if code == GENERIC_CHART:
        return ["account"]
    module = f"l10n_{_country(code)}"
    return [_ELSEWHERE[code]] if code in _ELSEWHERE else [module, f"{module}_account"]


def charts_like(code: str, known: Sequence[str]) -> list[str]:
    """Charts of the country that an unknown code seems to mean."""
    return sorted(chart for chart in known if _country(chart) == _country(code))


def charts_of(country: str, known: Sequence[str]) -> list[str]:
    """Those that are made for a country."""
    return charts_like(_PREFIXES.get(country, country.lower()), known)


def chart_of(country: str, known: Sequence[str]) -> str | None:
    """The chart that is made for a country, where it is clear which one."""
    own = charts_of(country, known)
    return country.lower() if country.lower() in own else own[0] if len(own) == 1 else None


def is_of_another_country(chart: str, country: str) -> bool:
    """Whether this chart is made for another country, and that country has a chart of its own."""
    own = charts_of(country, [*CHARTS])
    return bool(own) and chart not in {*own, GENERIC_CHART, *SHARED, *_SHARED_WITH.get(country, ())}


def _country(code: str) -> str:
    return code.partition("_")[0]
