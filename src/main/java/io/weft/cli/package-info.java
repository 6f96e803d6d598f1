/**
 * The command line: parses, calls one method of the library, shows the result, returns an exit code. The only place
 * that prints, reads the environment or exits; nobody imports it.
 */
package io.weft.cli;
