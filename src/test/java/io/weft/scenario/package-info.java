/**
 * What a user of Fabric does and what is answered, in words. The list runs against embedded nodes and against Fabric's
 * own programs; both must say what the files under {@code golden/scenario} say.
 */
package io.weft.scenario;
