/**
 * What each Helm release of a network is: its chart, its name and its values, computed from the model. The charts'
 * {@code values.yaml} files say what the values mean.
 */
package io.weft.release;
