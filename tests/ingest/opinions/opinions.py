"""Opinions as courts of appeals and the Supreme Court write them."""

COURT = """                  UNITED STATES COURT OF APPEALS
                      FOR THE FIRST CIRCUIT

No. 15-1234

                    HARBOR MILLS, INC.,
                      Plaintiff, Appellant,
                                v.
                    ELENA ROWE,
                       Defendant, Appellee.

                              Before
            Lindt, Bownes and Marsh, Circuit Judges.

     Ada Bell, with whom Bell & Dunn were on brief, for appellant.

                          May 4, 2016

     LINDT, Circuit Judge.  The mills sued and lost below.

     As the dissent says, the rule is old. Justice Harlan,
dissenting in Smith v. Jones, 12 F.3d 4 (1st Cir. 1993), would
have gone further.

                          CONCLUSION

     The judgment of the district court is affirmed. Costs to
appellee.

     So ordered.
"""

SLIP = """(Slip Opinion)            OCTOBER TERM, 2015                    1

                            Syllabus

              ROWE v. HARBOR MILLS, INC.

CERTIORARI TO THE UNITED STATES COURT OF APPEALS FOR
                  THE NINTH CIRCUIT

No. 15-420. Argued April 19, 2016—Decided June 13, 2016
The mills sued.
Held: The rule is old. Pp. 4–16.
769 F. 3d 671, reversed and remanded.

   MARSH, J., delivered the opinion of the Court. DOE, J., filed an
opinion concurring in part and dissenting in part.
                 Cite as: 579 U. S. ____ (2016)                  1

                      Opinion of the Court

SUPREME COURT OF THE UNITED STATES
                        No. 15–420

  JUSTICE MARSH delivered the opinion of the Court.
  The mills sued. So it was in Smith v. Jones, 1 U. S. 2 (DOE,
J., dissenting).
2                ROWE v. HARBOR MILLS, INC.

                      Opinion of the Court

  We reverse the judgment of the Court of Appeals for the Ninth
Circuit and remand the case for further proceedings.

                                          It is so ordered.
                 Cite as: 579 U. S. ____ (2016)                  1

                      Opinion of DOE, J.

SUPREME COURT OF THE UNITED STATES
                        No. 15–420

  JUSTICE DOE, with whom JUSTICE ROE joins, concurring in
part and dissenting in part.
  I agree with the Court on the rule.
2                ROWE v. HARBOR MILLS, INC.

                      Opinion of DOE, J.

but not on what follows from it.
                 Cite as: 579 U. S. ____ (2016)                  1

                     ROE, J., dissenting

SUPREME COURT OF THE UNITED STATES

  JUSTICE ROE, dissenting.
  The rule is wrong.
"""
