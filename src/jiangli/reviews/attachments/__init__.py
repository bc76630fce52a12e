"""Pictures and papers that officers put to a case: what a register's page showed, what an exception rests on."""
