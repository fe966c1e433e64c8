import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist/", "dist.*/", "node_modules/", "vendor/", ".venv/", ".setup/", ".bench/", "data/", "figures/"] },
  ...tseslint.configs.recommended,
  {
    files: ["src/**/*.ts", "test/**/*.ts"],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-floating-promises": ["error", { allowForKnownSafeCalls: ["it", "test", "describe"] }],
      "@typescript-eslint/no-misused-promises": "error",
      "no-restricted-properties": [
        "error",
        { object: "Math", property: "random", message: "Take a seeded generator." },
      ],
      "no-restricted-syntax": ["error", { selector: "ExportDefaultDeclaration", message: "Named exports only." }],
    },
  },
  {
    files: ["src/**/*.ts"],
    ignores: ["src/kernel/**", "src/engine/**"],
    rules: { "@typescript-eslint/no-require-imports": "error" },
  },
  {
    files: ["src/kernel/**/*.ts", "src/engine/**/*.ts", "test/**/*.ts"],
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
);
