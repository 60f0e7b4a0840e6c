// How diagnostics name the values of `--set`, which lie in no file.

/** What stands in for a file's name in spans of the value of `--set name=…`. */
export const settingFile = (name: string): string => `--set ${name}`;
