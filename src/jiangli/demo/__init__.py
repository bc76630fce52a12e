"""A made-up town to try Jiangli in: offices, members, certificates, cases. Never installed with real data."""
