"""Finds the penguins that are most like the one described. Nothing in here knows of tokens."""

import lancedb

db = lancedb.connect("db://demo")
penguins = db.open_table("penguins")

# Bill length, bill depth, flipper length, body mass: 0 is the smallest of all penguins, 1 the largest.
described = [0.6, 0.3, 0.8, 0.8]

for bird in penguins.search(described).limit(5).to_list():
    print(f"{bird['species']:<10}{bird['island']:<11}{bird['body_mass_g']:5.0f} g   distance {bird['_distance']:.4f}")
