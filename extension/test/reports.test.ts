import assert from "node:assert/strict";
import { test } from "node:test";
import { lastReport, noteReport, noteResults } from "../src/reports";
import { freshDatabase } from "./memory";

test("what became of a message is shown to its writer, for a day", async () => {
  const { kept } = await freshDatabase();
  await noteReport(kept, "one", "sam.reed", 1_000);
  assert.equal(await lastReport(kept, "sam.reed", 2_000), "waiting");
  await noteResults(kept, [{ id: "one", status: "stored" }]);
  assert.equal(await lastReport(kept, "sam.reed", 2_000), "arrived");
  assert.equal(await lastReport(kept, "sam.reed", 86_401_000), null);
});

test("where nobody is known it is shown for ten minutes", async () => {
  const { kept } = await freshDatabase();
  await noteReport(kept, "one", "", 1_000);
  assert.equal(await lastReport(kept, "", 600_000), "waiting");
  assert.equal(await lastReport(kept, "", 601_000), null);
});

test("whoever sits down next does not learn that somebody asked for help", async () => {
  const { kept } = await freshDatabase();
  await noteReport(kept, "one", "sam.reed", 1_000);
  assert.equal(await lastReport(kept, "ada.moss", 2_000), null);
  assert.equal(await lastReport(kept, "", 2_000), null);
  await noteReport(kept, "two", "ada.moss", 3_000);
  await noteResults(kept, [{ id: "two", status: "out_of_scope" }]);
  assert.deepEqual([await lastReport(kept, "ada.moss", 4_000), await lastReport(kept, "sam.reed", 4_000)], ["not_taken", "waiting"]);
});
