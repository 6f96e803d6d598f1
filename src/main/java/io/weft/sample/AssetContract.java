package io.weft.sample;

import org.hyperledger.fabric.contract.Context;
import org.hyperledger.fabric.contract.ContractInterface;
import org.hyperledger.fabric.contract.annotation.Contract;
import org.hyperledger.fabric.contract.annotation.Default;
import org.hyperledger.fabric.contract.annotation.Transaction;
import org.hyperledger.fabric.contract.annotation.Transaction.TYPE;
import org.hyperledger.fabric.shim.ChaincodeException;
import org.hyperledger.fabric.shim.ChaincodeStub;
import org.hyperledger.fabric.shim.ledger.KeyValue;
import org.hyperledger.fabric.shim.ledger.QueryResultsIterator;
import org.json.JSONObject;
import org.json.JSONStringer;

/**
 * Things that have an owner. Functions, arguments and JSON are those of {@code asset-transfer-basic} of fabric-samples,
 * so that its applications work with it: an asset is {@code {"AppraisedValue":..,"Color":..,"ID":..,"Owner":..,"Size":..}}.
 */
@Contract(name = "AssetContract")
@Default
public final class AssetContract implements ContractInterface {
    private record Asset(String id, String color, int size, String owner, int appraisedValue) {
        static Asset parse(String json) {
            JSONObject fields = new JSONObject(json);
            return new Asset(
                    fields.getString("ID"),
                    fields.getString("Color"),
                    fields.getInt("Size"),
                    fields.getString("Owner"),
                    fields.getInt("AppraisedValue"));
        }

        /** Fields in alphabetical order: all peers must write the same bytes. */
        String json() {
            return new JSONStringer()
                    .object()
                    .key("AppraisedValue")
                    .value(appraisedValue)
                    .key("Color")
                    .value(color)
                    .key("ID")
                    .value(id)
                    .key("Owner")
                    .value(owner)
                    .key("Size")
                    .value(size)
                    .endObject()
                    .toString();
        }
    }

    /** Writes six assets, {@code asset1} to {@code asset6}; what they were before is lost. */
    @Transaction(intent = TYPE.SUBMIT)
    public void InitLedger(Context context) {
        write(context, new Asset("asset1", "blue", 5, "Amara", 300));
        write(context, new Asset("asset2", "red", 5, "Bela", 400));
        write(context, new Asset("asset3", "green", 10, "Chiyo", 500));
        write(context, new Asset("asset4", "yellow", 10, "Dawit", 600));
        write(context, new Asset("asset5", "black", 15, "Elin", 700));
        write(context, new Asset("asset6", "white", 15, "Farid", 800));
    }

    /** Writes a new asset and returns it. */
    @Transaction(intent = TYPE.SUBMIT)
    public String CreateAsset(
            Context context, String id, String color, int size, String owner, int appraisedValue) {
        if (AssetExists(context, id)) {
            throw new ChaincodeException("the asset " + id + " already exists", "ASSET_ALREADY_EXISTS");
        }
        return write(context, new Asset(id, color, size, owner, appraisedValue));
    }

    /** Returns an asset. */
    @Transaction(intent = TYPE.EVALUATE)
    public String ReadAsset(Context context, String id) {
        return read(context, id).json();
    }

    /** Replaces all fields of an asset and returns it. */
    @Transaction(intent = TYPE.SUBMIT)
    public String UpdateAsset(
            Context context, String id, String color, int size, String owner, int appraisedValue) {
        requireExists(context, id);
        return write(context, new Asset(id, color, size, owner, appraisedValue));
    }

    /** Removes an asset. */
    @Transaction(intent = TYPE.SUBMIT)
    public void DeleteAsset(Context context, String id) {
        requireExists(context, id);
        context.getStub().delState(id);
    }

    /** Whether there is such an asset. */
    @Transaction(intent = TYPE.EVALUATE)
    public boolean AssetExists(Context context, String id) {
        return !context.getStub().getStringState(id).isEmpty();
    }

    /** Gives an asset to somebody else and returns who had it before. */
    @Transaction(intent = TYPE.SUBMIT)
    public String TransferAsset(Context context, String id, String newOwner) {
        Asset before = read(context, id);
        write(context, new Asset(id, before.color(), before.size(), newOwner, before.appraisedValue()));
        return before.owner();
    }

    /** Returns all assets by ID, as a JSON array. */
    @Transaction(intent = TYPE.EVALUATE)
    public String GetAllAssets(Context context) {
        StringBuilder result = new StringBuilder("[");
        try (QueryResultsIterator<KeyValue> assets = context.getStub().getStateByRange("", "")) {
            for (KeyValue asset : assets) {
                if (result.length() > 1) {
                    result.append(',');
                }
                result.append(Asset.parse(asset.getStringValue()).json());
            }
        } catch (Exception e) {
            throw new ChaincodeException("the assets cannot be listed: " + e.getMessage(), e);
        }
        return result.append(']').toString();
    }

    private static String write(Context context, Asset asset) {
        String json = asset.json();
        context.getStub().putStringState(asset.id(), json);
        return json;
    }

    private static Asset read(Context context, String id) {
        requireExists(context, id);
        ChaincodeStub stub = context.getStub();
        return Asset.parse(stub.getStringState(id));
    }

    private static void requireExists(Context context, String id) {
        if (context.getStub().getStringState(id).isEmpty()) {
            throw new ChaincodeException("the asset " + id + " does not exist", "ASSET_NOT_FOUND");
        }
    }
}
