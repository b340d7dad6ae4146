// Finds the penguins that are most like the one described. Nothing in here knows of tokens.
import { connect } from "@lancedb/lancedb";

const db = await connect("db://demo");
const penguins = await db.openTable("penguins");

// Bill length, bill depth, flipper length, body mass: 0 is the smallest of all penguins, 1 the largest.
const described = [0.6, 0.3, 0.8, 0.8];

for (const bird of await penguins.search(described).limit(5).toArray()) {
  const { species, island, body_mass_g: mass, _distance: distance } = bird;
  console.log(
    `${species.padEnd(10)}${island.padEnd(11)}${mass.toFixed(0).padStart(5)} g   distance ${distance.toFixed(4)}`,
  );
}
