/**
 * Carries out a plan: performs its steps side by side as their prerequisites allow, reports one outcome for each, and
 * says where the time went. What a step means is decided by the one visitor here that talks to the adapters.
 */
package io.weft.apply;
