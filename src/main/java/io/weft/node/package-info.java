/**
 * Embedded nodes as programs of an image: each starts from the arguments, the environment and the folders that Fabric's
 * own {@code orderer}, {@code peer} and {@code fabric-ca-server} start from. The only package besides the command line
 * that reads the environment and ends the process.
 */
package io.weft.node;
