/**
 * What Fabric calls an MSP: the certificates and Node OUs by which a node knows who belongs to an organization, as a
 * folder on disk and as the message that a channel's configuration carries.
 */
package io.weft.msp;
