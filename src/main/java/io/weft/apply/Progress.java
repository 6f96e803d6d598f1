package io.weft.apply;

import io.weft.plan.Plan;
import io.weft.plan.Step;

/** Hears what happens while a plan is carried out. Called from several threads at once. */
public interface Progress {
    /** Hears nothing. */
    Progress SILENT = new Progress() {};

    /** A run begins; called once, before all else. */
    default void planned(Plan plan) {}

    /** A step begins. */
    default void started(Step step) {}

    /**
     * Something worth showing happened inside a step.
     *
     * @param text a short phrase, for example {@code pulling image}
     */
    default void noted(Step step, String text) {}

    /** A step ended, or was skipped. */
    default void finished(Outcome outcome) {}
}
