import { readFileSync } from "node:fs";

/**
 * @typedef {"npm" | "python" | "venv" | "compiler"} Missing
 *
 * @typedef {object} System
 * @property {"debian" | "fedora" | "alpine" | "macos" | "other"} family
 * @property {string} python version of Python, in range, that the system packages
 * @property {boolean} root whether packages can be installed without sudo
 */

/** Python of the releases whose own one is in range; others of the family most likely have the newest of these. */
const PYTHON_OF_RELEASE = new Map([
  ["debian 12", "3.11"],
  ["debian 13", "3.13"],
  ["ubuntu 22.04", "3.11"],
  ["ubuntu 24.04", "3.12"],
]);

/** @type {Record<System["family"], Record<Missing | "sudo", string>>} */
const PACKAGES = {
  debian: {
    sudo: "sudo ",
    npm: "apt-get install npm",
    python: "apt-get install pythonVERSION pythonVERSION-venv",
    venv: "apt-get install pythonVERSION-venv",
    compiler: "apt-get install g++",
  },
  fedora: {
    sudo: "sudo ",
    npm: "dnf install nodejs-npm",
    python: "dnf install pythonVERSION",
    venv: "dnf install pythonVERSION",
    compiler: "dnf install gcc-c++",
  },
  alpine: {
    sudo: "sudo ",
    npm: "apk add npm",
    python: "apk add python3",
    venv: "apk add python3",
    compiler: "apk add g++",
  },
  macos: {
    sudo: "",
    npm: "brew install node",
    python: "brew install python@VERSION",
    venv: "brew install python@VERSION",
    compiler: "xcode-select --install",
  },
  other: {
    sudo: "",
    npm: "npm, which comes with Node (nodejs.org)",
    python: "Python VERSION with its venv module (python.org)",
    venv: "the venv and ensurepip modules of Python VERSION",
    compiler: "g++ or clang++ with its standard library",
  },
};

/**
 * The system, as far as the names of its packages go.
 *
 * @param {NodeJS.Platform} platform
 * @param {string} [release] text of /etc/os-release
 * @param {boolean} [root]
 * @returns {System}
 */
export function systemOf(platform, release = osRelease(), root = process.getuid?.() === 0) {
  if (platform === "darwin") return { family: "macos", python: "3.12", root };
  const field = (/** @type {string} */ name) => new RegExp(`^${name}="?([^"\n]*)`, "m").exec(release)?.[1] ?? "";
  const id = field("ID");
  const names = [id, ...field("ID_LIKE").split(" ")];
  const python = PYTHON_OF_RELEASE.get(`${id} ${field("VERSION_ID")}`);
  if (names.includes("debian") || names.includes("ubuntu")) return { family: "debian", python: python ?? "3.13", root };
  if (names.includes("fedora") || names.includes("rhel")) return { family: "fedora", python: "3.12", root };
  return { family: names.includes("alpine") ? "alpine" : "other", python: "3.12", root };
}

/**
 * The command that installs what is missing.
 *
 * @param {Missing} missing
 * @param {System} system
 * @param {string} [python] version of the Python that lacks its venv module
 * @returns {string}
 */
export function advice(missing, system, python = system.python) {
  const names = PACKAGES[system.family];
  return (system.root ? "" : names.sudo) + names[missing].replaceAll("VERSION", python);
}

function osRelease() {
  try {
    return readFileSync("/etc/os-release", "utf8");
  } catch {
    return "";
  }
}
