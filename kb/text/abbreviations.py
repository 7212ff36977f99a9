"""Abbreviations of legal prose, and whether a full stop behind a word is only theirs.

The words of rules, codes, reporters, courts and parties are those of The Bluebook, 21st ed.,
tables T1, T6, T7 and T13.
"""

import re

_WORDS = frozenset(
    "v vs no nos inc corp co ltd llc llp lp plc jr sr mr mrs ms dr prof hon st ave dept dist "
    "art arts sec secs para paras cl ch app ex exh exs fig figs vol ed eds rev stat supp cir ct "
    "id ibid cf e.g i.e al et seq approx est jan feb mar apr jun jul aug sept sep oct nov dec "
    "u.s u.s.c c.f.r f.2d f.3d f.supp s.ct l.ed cal fla ill mass mich minn pa tex va wash "
    "del conn ariz colo ga ind kan ky la md me mo mont neb nev n.y n.j n.m n.c n.d okla or "
    "r.i s.c s.d tenn vt w.va wis wyo d.c bros mfg intl int'l ass'n assn fed rep r "
    "tit p pp tel ext attn encl reg regs cmt a.m p.m op "
    "abs nr ziff bzw vgl ggf inkl zzgl str rn hd z.b d.h i.v.m u.a núm pág sra".split()
)
"""In any case of letters."""
_CAPITALISED = frozenset(
    # rules, codes, papers of a court
    "Civ Crim Evid Bankr Proc Prac Gen Bus Ins Pub Prof Cts Fam Gov Veh Welf Inst Corr Educ Lab "
    "Elec Const Ann Consol Comp Laws Rptr Appx Sess Cong Exec Conf Treas Admin Loc Sup Div Spec "
    "Cas Jur Restat Amend Amends Cls Pt Pts Tit Subd Subds Subch Sched Schd Ord Res Rec Maj Cons "
    "Decl Aff Dep Tr Compl Ans Pet Pets Resp Resps Def Defs Pl Pls Mem Mot Opp Br Hr'g Stip Doc "
    "Dkt Dkts Interrog Interrogs Cert Cl Rul Mag Op Ops "
    # parties and courts
    "Acad Adm'r Adm'rs Am Amalg Ath Assoc Assocs Ass'ns Atl Auth Auto Bd Bds Bhd Bldg Cath Cent "
    "Chem Cmty Cmtys Cnty Cntys Coll Comm'n Comm'r Comm'rs Comm Cond Constr Coop Corps Cos Ctr "
    "Ctrs Cty Dep't Depts Dev Devs Discip Distrib Distribs E'rs Econ Elecs Eng'g Eng'rs Ent Ents "
    "Env't Envtl Equip Eur Exch Exec'r Fed'n Fid Fin Found Gov't Grp Grps Guar Hosp Hosps Hous "
    "Indem Indep Indus Info Insts Int Intern Inv Invs Litig Mach Mfrs Mgmt Med Mem'l Merch Metro "
    "Mgm't Mkt Mkts Mktg Mortg Mun Mut N'l Nat Nat'l Natl Org Orgs P'ship P'ships Pac Pers Pharm "
    "Pharms Plan'g Pres Prods Prop Props Prot Refin Reg'l Rehab Rels Ret Rsch Ry Rys Sav Savs "
    "Sch Schs Sci Scis Sec'y Secs Serv Servs Soc Soc'y Sur Surg Sys Tchr Tchrs Tech Techs "
    "Telecomm Telecomms Transp Trs Twp U'l Univ Unif Util Utils Vill Assur Messrs Asst "
    "Att'y Att'ys Miss Cr Ste Atty Attys Esq Gov Sen Rep Reps Capt Col Gen Lieut Sgt Rev".split()
)
"""Only as they are written here: “Found.” is a foundation, “found.” ends a sentence."""
_SIGNALS = frozenset(
    "v vs cf e.g i.e mr mrs ms dr prof hon no nos st messrs sen gov capt col lt lieut sgt z.b d.h "
    "i.v.m u.a bzw ggf vgl".split()
)
"""What always goes on, whatever stands behind it."""
_STARTERS = re.compile(
    r"(?:The|This|That|These|Those|It|Its|He|She|They|We|His|Her|Their|But|However|If|When|After"
    r"|Before|Here|There|Because|Although|While|Since|Such|Under|Upon|On|At|In|Thus|Accordingly"
    r"|Moreover|Nevertheless)(?! (?:re|the Matter)\b)\b(?![.'’])"
)
"""Words that begin a sentence and no part of a name behind an abbreviation."""
_LETTERS = re.compile(r"(?:[A-Z][A-Za-z]{0,3}\.)+[A-Z][A-Za-z]{0,3}")


def runs_on(word: str, following: str) -> bool:
    """Whether a sentence goes on over the full stop behind `word`, an abbreviation.

    `following` is what stands behind the stop, without white space.
    """
    plain = word.replace("’", "'")
    if plain.casefold() in _SIGNALS:
        return True
    if plain.casefold() in _WORDS or plain in _CAPITALISED:
        return not _STARTERS.match(following)
    if _LETTERS.fullmatch(plain):  # “N.H. Rev.”, “U.S.S.G. § 4”, “J.C. Penney”
        return not _STARTERS.match(following)
    return following[:1] == "&"
