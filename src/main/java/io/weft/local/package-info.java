/**
 * Networks on this machine: a state folder for each, nodes that are Fabric's own programs or embedded ones, and one
 * background process that runs them and outlives the command.
 */
package io.weft.local;
