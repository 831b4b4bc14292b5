"""How a CareWorld is made of tables: people, reach, resources, choice weights, money."""
