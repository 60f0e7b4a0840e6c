// The whole check of a data set: columns, classes, and all findings, the worst first.

import type { SourceData } from "../dataset.ts";
import { columnFindings, columnReports, refuseNothing } from "./columns.ts";
import { surveyOf } from "./dataSurvey.ts";
import { mixedTimes, sharedGroups } from "./leaks.ts";
import { nearPictures } from "./nearPictures.ts";
import type { DataPlan, DataReport, FindingLevel } from "./plan.ts";
import { repeatedRows } from "./repeats.ts";
import { classFindings, targetClasses, tellingColumns } from "./targets.ts";

export const LEVELS: readonly FindingLevel[] = ["error", "warning", "note"];

/** Looks at the rows of a source. Throws a RunError where the split leaves nothing to train on. */
export function dataReport(plan: DataPlan, source: SourceData): DataReport {
  const survey = surveyOf(plan, source);
  refuseNothing(survey.count, plan.source.name);
  const targets = targetClasses(survey);
  const findings = [
    ...repeatedRows(survey),
    ...nearPictures(survey),
    ...sharedGroups(survey),
    ...mixedTimes(survey),
    ...tellingColumns(survey),
    ...classFindings(targets, survey),
    ...columnFindings(survey),
  ];
  const inPart = (part: number): number => survey.parts.reduce((sum, own) => sum + Number(own === part), 0);
  return {
    file: plan.file,
    dataset: plan.dataset,
    source: plan.source.name,
    rows: { all: survey.count, whole: survey.whole, train: inPart(1), validation: inPart(2), test: inPart(3) },
    left: survey.left,
    targets: targets.map(({ field: { name }, classes }) => ({ name, classes })),
    columns: columnReports(survey),
    findings: LEVELS.flatMap((level) => findings.filter((one) => one.level === level)),
  };
}
