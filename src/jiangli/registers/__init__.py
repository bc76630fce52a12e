"""Know: persons, memberships, certificates, earlier payments, published lists."""
