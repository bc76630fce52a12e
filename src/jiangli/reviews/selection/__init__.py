"""Selection and assessment rounds (评选、考核评估): candidates, preliminary review, experts' scores, result."""
