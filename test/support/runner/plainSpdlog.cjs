// Stands in for VS Code's native log writer, which would need a compiler: the same calls, the same files on disk.
// tools.ts copies it over @vscode/spdlog in .tools; it writes synchronously, so that a test can read what was just logged.
"use strict";
const { appendFileSync, mkdirSync } = require("node:fs");
const { dirname } = require("node:path");

const levels = ["trace", "debug", "info", "warning", "error", "critical", "off"];
let defaultLevel = 2;

class Logger {
  constructor(type, name, filename) {
    this.filename = filename;
    this.level = defaultLevel;
    this.plain = false;
    if (filename) mkdirSync(dirname(filename), { recursive: true });
  }
  write(level, message) {
    if (level < this.level || !this.filename) return;
    const head = this.plain ? "" : `${new Date().toISOString()} [${levels[level]}] `;
    const end = this.plain ? "" : "\n";
    try {
      appendFileSync(this.filename, `${head}${message}${end}`);
    } catch {
      // The folder may be gone at shutdown; a log is no reason to fail.
    }
  }
  trace(message) {
    this.write(0, message);
  }
  debug(message) {
    this.write(1, message);
  }
  info(message) {
    this.write(2, message);
  }
  warn(message) {
    this.write(3, message);
  }
  error(message) {
    this.write(4, message);
  }
  critical(message) {
    this.write(5, message);
  }
  getLevel() {
    return this.level;
  }
  setLevel(level) {
    this.level = level;
  }
  setPattern() {}
  clearFormatters() {
    this.plain = true;
  }
  flush() {}
  drop() {}
}

function setLevel(level) {
  defaultLevel = level;
}

function setFlushOn() {
  // Every line is written at once.
}

function createRotatingLogger(name, filename) {
  return Promise.resolve(new Logger("rotating", name, filename));
}

// One by one: an import from an ES module sees only names that are assigned so.
exports.version = 1;
exports.Logger = Logger;
exports.setLevel = setLevel;
exports.setFlushOn = setFlushOn;
exports.createRotatingLogger = createRotatingLogger;
exports.createAsyncRotatingLogger = createRotatingLogger;
