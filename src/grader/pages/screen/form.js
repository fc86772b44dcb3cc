// The page as an answer form: checks what is typed, keeps a draft, saves the answer sheet.

const form = JSON.parse(document.getElementById("form").textContent);
const byId = (id) => document.getElementById(id);
const HEADER = ["question", "part", "answer", "meaning"];
const identity = ["assignment", "student", "instance"].map((key) => [key, form[key]]);
const draftName = `grader ${form.assignment} ${form.student} ${form.instance}`;

// Every cell of the sheet in its order; a field stands on the page for it, with its number.
const cells = form.questions.flatMap(([question, parts]) =>
  parts.flatMap((part) => part.cells.map((name, nth) => ({ question, part, name, meaning: part.meanings[nth] }))),
);
cells.forEach((cell, nth) => Object.assign(cell, { field: byId(`cell-${nth}`), told: null }));
const asked = cells.filter((cell) => cell.field);
const numeric = (cell) => ["number", "integer"].includes(cell.part.kind);
const written = (cell) => cell.field?.value ?? "";

/** True where some number's comma can only be a decimal comma and none contradicts it: the marker's rule. */
function commas() {
  const found = new Set(asked.filter(numeric).map((cell) => commaEvidence(written(cell))));
  return { decimal: found.has(true) && !found.has(false), contradict: found.has(true) && found.has(false) };
}

/** What the marker will see in a cell: {saved, note, problem}; nothing saved is a blank. */
function seenIn(cell, { decimal, contradict }) {
  const text = numeric(cell) ? alone(stripped(written(cell))) : stripped(written(cell));
  if (!keyboard(text.slice(0, 200))) return { saved: "", note: "", problem: "" };
  if (!numeric(cell)) {
    const problem = cell.part.kind === "expression" ? brackets(text) : "";
    return { saved: safe(text), note: "", problem };
  }
  try {
    const { canonical, note } = readNumber(text, decimal);
    // Where commas contradict each other they stay, so that the marker sees the same doubt.
    const saved = contradict && text.includes(",") ? safe(text) : canonical;
    if (cell.part.kind === "integer" && !isWhole(canonical)) {
      return { saved, note: "", problem: `${quoted(text)} has a fraction: a whole number is asked for`, whole: false };
    }
    const plain = canonical === text || note.startsWith("read as");
    return { saved, note: plain ? note : [`read as ${canonical}`, note].filter(Boolean).join("; "), problem: "" };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { saved: safe(text), note: "", problem: error.message };
  }
}

/** What is wrong with a formula's brackets, or nothing; all else is the marker's to read. */
function brackets(text) {
  const open = [];
  for (const char of text.replaceAll(/\\[a-zA-Z]+|\\./gu, "")) {
    if ("([{".includes(char)) open.push(char);
    else if (")]}".includes(char) && "([{".indexOf(open.pop()) !== ")]}".indexOf(char)) {
      return `a bracket ${char} does not close the one before it`;
    }
  }
  return open.length ? `the bracket ${open.at(-1)} is never closed` : "";
}

/** A list of one entry is that entry, to the marker too. */
function alone(text) {
  const list = /^\[([^[\](),;]*)\]$/u.exec(text);
  const entry = list && stripped(list[1]);
  return list && !/\s/u.test(entry) ? entry : text;
}

function isWhole(canonical) {
  const [top, below] = canonical.split("/");
  return below ? BigInt(top) % BigInt(below) === 0n : Number.isInteger(Number(canonical));
}

/** Text that every file can hold: no controls, no halves of characters. */
function safe(text) {
  return text.replace(/(?![\t\n])[\p{Cc}\p{Cs}\ufffe\uffff]/gu, "\ufffd");
}

function update() {
  const comma = commas();
  for (const cell of asked) {
    cell.seen = seenIn(cell, comma);
    const typing = cell.field === document.activeElement && !cell.problemTold;
    tell(cell, typing && cell.seen.problem ? { note: "", problem: "" } : cell.seen);
  }
  summarise();
}

/** A line under the field, or under the table that it is in; a new problem is also read out. */
function tell(cell, { note, problem }) {
  const { field, name } = cell;
  const table = field.closest(".wide");
  const words = problem || note;
  const line = table && words ? `${name}: ${words}` : words;
  if (line === (cell.told?.textContent ?? "") && Boolean(problem) === Boolean(cell.problemTold)) return;
  if (!cell.told) {
    cell.told = Object.assign(document.createElement("small"), { id: `${field.id}-told` });
    if (table) toldUnder(table, cell);
    else field.after(cell.told);
  }
  Object.assign(cell.told, { textContent: line, className: problem ? "told bad" : "told muted", hidden: !words });
  cell.problemTold = Boolean(problem);
  if (problem) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
  describe(field, cell.told.id, Boolean(words));
  if (problem) say(`${name}: ${problem}`);
}

/** Lines under a table stand in the order of its cells. */
function toldUnder(table, cell) {
  const later = cells.slice(cells.indexOf(cell) + 1).find((each) => each.told && each.field.closest(".wide") === table);
  if (later) later.told.before(cell.told);
  else {
    let last = table;
    while (last.nextElementSibling?.classList.contains("told")) last = last.nextElementSibling;
    last.after(cell.told);
  }
}

function describe(field, id, wanted) {
  const others = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((each) => each && each !== id);
  const all = wanted ? [...others, id] : others;
  if (all.length) field.setAttribute("aria-describedby", all.join(" "));
  else field.removeAttribute("aria-describedby");
}

function summarise() {
  const answered = asked.filter((cell) => cell.seen.saved);
  const wrong = asked.filter((cell) => cell.seen.problem && cell.problemTold);
  const broken = wrong.filter((cell) => cell.seen.whole === false).length;
  const unread = wrong.length - broken;
  const counts = [`${answered.length} of ${asked.length} answered`];
  if (unread) counts.push(`${unread} cannot be read`);
  if (broken) counts.push(`${broken} not whole`);
  show("summary", counts.join(", "));
  const link = byId("first");
  link.hidden = !wrong.length;
  if (wrong.length) {
    link.textContent = `Go to ${wrong[0].name}`;
    link.href = `#${wrong[0].field.id}`;
  }
}

/** Words that do not change are not written again: the page would be laid out anew at every key. */
function show(id, words) {
  const line = byId(id);
  if (line.textContent !== words) line.textContent = words;
}

function say(words) {
  byId("said").textContent = words;
}

const NO_DRAFT = "This browser keeps no draft here: save the file before you close the page.";

function keepDraft() {
  const draft = Object.fromEntries(asked.filter(written).map((cell) => [`${cell.question} ${cell.name}`, written(cell)]));
  try {
    localStorage.setItem(draftName, JSON.stringify(draft));
    show("draft", `Draft kept in this browser at ${new Date().toTimeString().slice(0, 5)}.`);
  } catch {
    show("draft", NO_DRAFT);
  }
}

function takeDraft() {
  try {
    const draft = JSON.parse(localStorage.getItem(draftName) ?? "{}");
    for (const cell of asked) cell.field.value = draft[`${cell.question} ${cell.name}`] ?? "";
    if (Object.keys(draft).length) show("draft", "Your draft from this browser is back.");
  } catch {
    show("draft", NO_DRAFT);
  }
}

function csv() {
  const field = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = [
    HEADER,
    ...identity.map(([key, value]) => [key, "", value, ""]),
    ...cells.map((cell) => [cell.question, cell.name, cell.seen?.saved ?? "", cell.meaning]),
  ];
  return `\ufeff${rows.map((row) => `${row.map(field).join(",")}\r\n`).join("")}`;
}

function yaml() {
  const lines = identity.map(([key, value]) => `${key}: ${yamlText(value)}`);
  lines.push("answers:");
  for (const [question, parts] of form.questions) {
    lines.push(`  ${question}:`);
    for (const part of parts) {
      const values = cells.filter((cell) => cell.question === question && cell.part === part).map(yamlValue);
      const meaning = part.meanings[0].replace(/, (entry 1|row 1, column 1)$/, "");
      if (part.kind === "text" && values[0] === "null") lines.push(`    ${part.name}: |  # ${meaning}`, "      ");
      else lines.push(`    ${part.name}: ${nested(values, part.shape)}  # ${meaning}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

function yamlValue(cell) {
  const saved = cell.seen?.saved ?? "";
  if (!saved) return "null";
  return numeric(cell) && /^-?[0-9]+(\.[0-9]+)?(e-?[0-9]+)?$/.test(saved) ? saved : yamlText(saved);
}

/** JSON's quotes are YAML's too, but YAML wants these characters escaped. */
function yamlText(text) {
  return JSON.stringify(text).replace(/[\u2028\u2029\ufeff]/g, (char) => `\\u${char.charCodeAt(0).toString(16)}`);
}

function nested(values, shape) {
  if (values.length === 1) return values[0];
  const [rows, ...inner] = shape;
  const size = values.length / rows;
  const items = Array.from({ length: rows }, (_, row) => values.slice(row * size, (row + 1) * size));
  return `[${items.map((item) => (inner.length ? nested(item, inner) : item[0])).join(", ")}]`;
}

function save(name, type, text) {
  update();
  const url = URL.createObjectURL(new Blob([text()], { type }));
  Object.assign(document.createElement("a"), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  say(`${name} saved: ${byId("summary").textContent}.`);
}

/** Enter goes to the next field, as in a spreadsheet, and after the last one to the buttons. */
function onEnter(event) {
  if (event.key !== "Enter" || event.isComposing || event.target.tagName !== "INPUT") return;
  event.preventDefault();
  const stops = [...document.querySelectorAll(".field"), byId("save-csv")];
  stops[stops.indexOf(event.target) + (event.shiftKey ? -1 : 1)]?.focus();
}

/** A box that scrolls must be reachable without a mouse; one that does not needs no stop. */
function markScrollers() {
  for (const box of document.querySelectorAll("[data-scrolls]")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}

function clearAll() {
  for (const cell of asked) cell.field.value = "";
  update();
  keepDraft();
  say("All answers cleared.");
}

for (const { field } of asked) Object.assign(field, { autocomplete: "off", autocapitalize: "off", spellcheck: false });
takeDraft();
update();
markScrollers();
addEventListener("resize", markScrollers);
document.addEventListener("keydown", onEnter);
document.addEventListener("focusout", (event) => {
  // A line that appears under the pointer would move the button that is being pressed.
  if (event.relatedTarget?.tagName !== "BUTTON") update();
});
document.addEventListener("input", () => {
  update();
  keepDraft();
});
byId("save-csv").addEventListener("click", () => save("answers.csv", "text/csv", csv));
byId("save-yaml").addEventListener("click", () => save("answers.yaml", "application/yaml", yaml));
byId("clear").addEventListener("click", () => byId("sure").showModal());
byId("clear-all").addEventListener("click", clearAll);
byId("first").addEventListener("click", (event) => {
  event.preventDefault();
  byId(event.target.hash.slice(1)).focus();
});
