/**
 * The HTTP that embedded nodes serve beside gRPC: operations, and the channel participation API.
 */
package io.weft.embedded.http;
