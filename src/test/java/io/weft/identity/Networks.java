package io.weft.identity;

import io.weft.model.Fabric;
import io.weft.model.FabricVersion;
import io.weft.model.Images;
import io.weft.model.MspId;
