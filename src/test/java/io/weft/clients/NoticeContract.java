package io.weft.clients;

import java.nio.charset.StandardCharsets;
import org.hyperledger.fabric.contract.Context;
import org.hyperledger.fabric.contract.ContractInterface;
import org.hyperledger.fabric.contract.annotation.Contract;
import org.hyperledger.fabric.contract.annotation.Default;
import org.hyperledger.fabric.contract.annotation.Transaction;
import org.hyperledger.fabric.shim.ChaincodeException;

/** Texts by name; whoever publishes one has an event. */
@Contract(name = "NoticeContract")
@Default
public final class NoticeContract implements ContractInterface {
    /** Writes a text, with an event of its name. */
    @Transaction
    public String Publish(Context context, String name, String text) {
        context.getStub().putStringState(name, text);
        context.getStub().setEvent(name, text.getBytes(StandardCharsets.UTF_8));
        return name;
    }

    /** Writes a text behind what is there. */
    @Transaction
    public void Append(Context context, String name, String text) {
        context.getStub().putStringState(name, Read(context, name) + text);
    }

    /** The text of a name. */
    @Transaction(intent = Transaction.TYPE.EVALUATE)
    public String Read(Context context, String name) {
        return context.getStub().getStringState(name);
    }

    /** Says no. */
    @SuppressWarnings("DoNotCallSuggester") // Clients call it by its name.
    @Transaction
    public void Refuse(Context context, String reason) {
        throw new ChaincodeException(reason);
    }
}
