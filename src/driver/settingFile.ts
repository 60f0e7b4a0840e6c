// The name that diagnostics give to values of `--set`, which are in no file.

/** Returns the file name for spans in the value of `--set name=…`. */
export const settingFile = (name: string): string => `--set ${name}`;
