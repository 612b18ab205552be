"""Online filing (网上申报): which unit files what for a line, and what reviewers say of it.

Nouns: a Task gives a line of a standard to a unit; a Paper is one document filed for it; a
Grade is what a reviewer says of the line, and the newest one counts; a Sanction is an entry of
the negative list that came true.
Promises: nobody judges what they filed or what their unit filed; a paper is judged once; a
grade is never changed, only followed by another; what nobody graded is not known.
"""
