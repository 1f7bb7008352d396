package dev.weft.core.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a setting that may differ when a run is started again: it says where or how fast things
 * happen, never what comes out. A setting without this mark is part of what makes a run the same.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface ResultsUnchanged {}
