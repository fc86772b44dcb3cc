"use strict";
// The marker's reader of numbers. Its tables and patterns come with the page; its steps are those of
// grader.sheets.numbers, keyboard and diagnosis, in the same order and under the same names.

const rules = JSON.parse(document.getElementById("rules").textContent);
const whole = (source) => new RegExp(`^(?:${source})$`, "iu");
const { ten, spread, decimal, fraction } = Object.fromEntries(
  Object.entries(rules.patterns).map(([name, source]) => [name, whole(source)]),
);
const timesTen = new RegExp(rules.patterns.timesTen, "giu");
const seen = rules.seen.map(([source, sentence]) => [whole(source), sentence]);
const typedAs = new Map(Object.entries(rules.typed));

// What Python calls a space; \s of JavaScript takes the byte-order mark too, and leaves four controls out.
const SPACES = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/gu;
const RAISED = /[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+/gu;
const WIDE_NARROW_SMALL = /[\u3000\ufe50-\ufe6f\uff01-\uffee]/u;

class Unreadable extends Error {}

const spaced = (text) => text.replace(SPACES, " ");
const stripped = (text) => text.replace(new RegExp(`^${SPACES.source}|${SPACES.source}$`, "gu"), "");
const tooLong = (text) => text.length > rules.longest && [...text].length > rules.longest;

/** The same number in the characters of a keyboard, with single spaces. */
function keyboard(text) {
  const flat = text.replace(RAISED, (run) => "^" + [...run].map((char) => rules.raised[char]).join(""));
  return stripped(spaced([...flat].map(typed).join("").replaceAll("~", "≈")));
}

function typed(char) {
  if (typedAs.has(char)) return typedAs.get(char);
  if (char <= "\x7f") return char;
  const plain = char.normalize("NFKC");
  if (plain !== char && plain.includes("⁄")) return ` ${plain.replace("⁄", "/")} `;
  if (WIDE_NARROW_SMALL.test(char)) return [...plain].map((each) => typedAs.get(each) ?? each).join("");
  if (/\p{Nd}/u.test(char)) return String(digit(char.codePointAt(0)));
  if (/\p{Pd}/u.test(char)) return "-";
  if (/\p{Z}/u.test(char)) return " ";
  return /\p{Cf}/u.test(char) ? "" : char;
}

/** A script's ten digits stand in a row, its zero first. */
function digit(code) {
  let zero = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return (code - zero) % 10;
}

/** The number that was written: {canonical, note}; throws Unreadable with a sentence for the student. */
function readNumber(text, decimalComma) {
  const bareTyped = stripped(text);
  const keyed = tooLong(bareTyped) ? bareTyped : keyboard(bareTyped);
  const [bare, note] = bared(keyed);
  const number = readDecimal(bare, decimalComma) ?? readFraction(bare);
  if (!number) throw new Unreadable(whyNot(keyed));
  return { canonical: number.canonical, note: [note, number.note].filter(Boolean).join("; ") };
}

/** Whether a number's comma can only be a decimal comma (true) or only group thousands (false); else null. */
function commaEvidence(text) {
  const bareTyped = stripped(text);
  const match = tooLong(bareTyped) ? null : decimal.exec(bared(keyboard(bareTyped))[0]);
  if (!match || match.groups.either || !match.groups.mantissa.includes(",")) return null;
  return !match.groups.commas;
}

function bared(text) {
  if (tooLong(text)) return ["", ""];
  const notes = [];
  text = stripped(stripped(text.replace(/^'/, "")).replace(/^=/, ""));
  if (text.length >= 2 && text.startsWith('"') && text.endsWith('"')) text = stripped(text.slice(1, -1));
  if (text.startsWith("≈")) {
    text = stripped(text.slice(1));
    notes.push("read without the sign for 'about'");
  }
  const before = spread.exec(text);
  if (before) {
    text = before[1];
    notes.push("read without the uncertainty after ±");
  }
  text = text.replace(timesTen, "e$1");
  const power = ten.exec(text);
  if (power) text = `${power[1]}1e${power[2]}`;
  return [text, notes.join("; ")];
}

function readDecimal(text, decimalComma) {
  const match = decimal.exec(text);
  if (!match) return null;
  const { sign, either, commas, points, exponent } = match.groups;
  let { mantissa } = match.groups;
  let note = "";
  if (either) {
    const [point, joined] = [mantissa.replace(",", "."), mantissa.replace(",", "")];
    if (!decimalComma) {
      const could = `${quoted(text)} could be ${point} or ${joined}`;
      throw new Unreadable(`${could}: write it with a point, or without a comma`);
    }
    note = `read as ${point}, because the commas on this sheet are decimal commas`;
  }
  if (commas) mantissa = mantissa.replaceAll(",", "");
  if (points) mantissa = mantissa.replaceAll(".", "");
  const [units, digits] = mantissa.replace(/[ ']/g, "").replace(",", ".").split(".");
  let canonical = (units || "0") + (digits ? `.${digits}` : "");
  if (exponent) canonical += `e${readExponent(text, exponent)}`;
  return signed(text, sign, canonical, note);
}

function readExponent(text, written) {
  const exponent = Number(written);
  if (Math.abs(exponent) > rules.exponent) {
    throw new Unreadable(`${quoted(text)} has an exponent that no computation here can reach: check it`);
  }
  return exponent;
}

function signed(text, sign, canonical, note) {
  const value = Number(canonical);
  if (value === Infinity) {
    const most = "the largest number a computer's double holds is about 1.8e308";
    throw new Unreadable(`${quoted(text)} is too large: ${most}`);
  }
  if (value === 0) {
    const small = /[^0.]/.test(canonical.split("e")[0]) ? "smaller than a double can hold, read as 0" : "";
    return { canonical, note: [note, small].filter(Boolean).join("; ") };
  }
  return { canonical: sign === "-" ? `-${canonical}` : canonical, note };
}

function readFraction(text) {
  const match = fraction.exec(text);
  if (!match) return null;
  const { sign, whole: wholes = "", top: above, sign_below: signBelow, below: under } = match.groups;
  if ([wholes, above, under].some((digits) => digits.length > rules.longestFraction)) {
    throw new Unreadable(`${quoted(text)} is a fraction of too many digits: write it as a decimal, like 0.333`);
  }
  const below = BigInt(under);
  if (below === 0n || (wholes && BigInt(above) >= below)) return null;
  const top = BigInt(wholes || 0) * below + BigInt(above);
  const minus = top && (sign === "-") !== (signBelow === "-") ? "-" : "";
  return { canonical: `${minus}${top}/${below}`, note: "" };
}

function quoted(text) {
  const characters = [...text];
  return characters.length <= 40 ? `'${text}'` : `'${characters.slice(0, 40).join("")}…'`;
}

function whyNot(text) {
  if (!text) return "there is nothing to read: write a number";
  if (tooLong(text)) return `${quoted(text)} has more than ${rules.longest} characters: write the number alone`;
  // Python's patterns take these two for an i, whatever the case.
  const folded = text.replace(/[ıİ]/g, "i");
  const found = seen.find(([pattern]) => pattern.test(folded));
  return found ? `${quoted(text)} ${found[1]}` : `${quoted(text)} is not a number: write it like 0.852, -3e-5 or 1/3`;
}
