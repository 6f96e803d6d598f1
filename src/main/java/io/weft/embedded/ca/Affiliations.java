package io.weft.embedded.ca;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/** The tree of affiliations ({@code lib/serveraffiliations.go} of Fabric CA). */
final class Affiliations {
    private final Registry registry;

    Affiliations(Registry registry) {
        this.registry = registry;
    }

    Answer all(Caller caller, Call call, String authority) {
        caller.requireRole(UserAttribute.AFFILIATION_MANAGER);
        return call.method().equals("POST") ? add(caller, call, authority) : list(caller, authority);
    }

    Answer one(Caller caller, Call call, String name, String authority) {
        caller.requireRole(UserAttribute.AFFILIATION_MANAGER);
        return switch (call.method()) {
            case "PUT" -> rename(caller, call, name, authority);
            case "DELETE" ->
                // As cfg.affiliations.allowremove is by default.
                throw Refusal.authorization(Refusal.REMOVING_AFFILIATION, "Affiliation removal is disabled");
            default -> {
                caller.requireAffiliation(name);
                requireExisting(name);
                yield Answer.ok(tree(name, registry.affiliations()).put("caname", authority));
            }
        };
    }

    private void requireExisting(String name) {
        if (!registry.hasAffiliation(name)) {
            throw Refusal.notInDatabase("affiliation");
        }
    }

    private Answer list(Caller caller, String authority) {
        String own = caller.user().affiliation();
        List<String> visible = registry.affiliations().stream()
                .filter(name -> own.isEmpty() || isAtOrBelow(name, own))
                .toList();
        if (visible.isEmpty()) {
            throw Refusal.of(404, Refusal.GETTING_AFFILIATION, "No affiliations are configured on the CA");
        }
        // The parents of a caller's own affiliation are part of the tree, though he may not see them alone.
        Collection<String> all = withParents(visible);
        List<String> roots = all.stream().filter(name -> name.indexOf('.') < 0).toList();
        if (roots.size() == 1) {
            return Answer.ok(tree(roots.get(0), all).put("caname", authority));
        }
        ObjectNode result = JsonNodeFactory.instance.objectNode().put("name", "");
        ArrayNode children = result.putArray("affiliations");
        roots.forEach(root -> children.add(tree(root, all)));
        return Answer.ok(result.put("caname", authority));
    }

    private static Collection<String> withParents(List<String> names) {
        Collection<String> result = new TreeSet<>();
        for (String name : names) {
            for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
                result.add(name.substring(0, dot));
            }
            result.add(name);
        }
        return result;
    }

    private static ObjectNode tree(String name, Collection<String> all) {
        return tree(name, all, List.of());
    }

    private static ObjectNode tree(String name, Collection<String> all, List<User> members) {
        ObjectNode result = JsonNodeFactory.instance.objectNode().put("name", name);
        List<String> children = all.stream()
                .filter(child -> child.startsWith(name + ".") && child.indexOf('.', name.length() + 1) < 0)
                .toList();
        if (!children.isEmpty()) {
            ArrayNode shown = result.putArray("affiliations");
            children.forEach(child -> shown.add(tree(child, all, members)));
        }
        List<User> own = members.stream()
                .filter(member -> member.affiliation().equals(name))
                .toList();
        if (!own.isEmpty()) {
            ArrayNode shown = result.putArray("identities");
            own.forEach(member -> shown.add(Identities.described(member)));
        }
        return result;
    }

    private static boolean isAtOrBelow(String name, String above) {
        return name.equals(above) || name.startsWith(above + ".");
    }

    private Answer add(Caller caller, Call call, String authority) {
        String name = call.body().text("name");
        if (registry.hasAffiliation(name)) {
            throw Refusal.of(409, Refusal.ADDING_AFFILIATION, "Affiliation already exists");
        }
        caller.requireAffiliation(name);
        boolean withParents = call.flag("force", text -> Refusal.of(400, Refusal.REMOVING_AFFILIATION, text));
        if (withParents) {
            withParents(List.of(name)).forEach(registry::addAffiliation);
        } else {
            int dot = name.lastIndexOf('.');
            if (dot >= 0) {
                requireExisting(name.substring(0, dot));
            }
            registry.addAffiliation(name);
        }
        return Answer.created(
                JsonNodeFactory.instance.objectNode().put("name", name).put("caname", authority));
    }

    private Answer rename(Caller caller, Call call, String old, String authority) {
        String name = call.body().text("name");
        caller.requireAffiliation(old);
        caller.requireAffiliation(name);
        boolean withIdentities = call.flag("force", text -> Refusal.of(400, Refusal.ADDING_AFFILIATION, text));
        requireExisting(old);
        if (registry.hasAffiliation(name)) {
            throw Refusal.of(409, Refusal.MODIFYING_AFFILIATION, "Affiliation '" + name + "' already exists");
        }
        List<User> members = registry.users().stream()
                .filter(user -> isAtOrBelow(user.affiliation(), old))
                .toList();
        requireRightToMove(caller, old, members, withIdentities);
        List<String> moved = registry.affiliations().stream()
                .filter(one -> isAtOrBelow(one, old))
                .toList();
        moved.forEach(registry::removeAffiliation);
        moved.forEach(one -> registry.addAffiliation(name + one.substring(old.length())));
        List<User> movedMembers =
                members.stream().map(member -> moved(member, old, name)).toList();
        movedMembers.forEach(registry::put);
        return Answer.ok(tree(name, registry.affiliations(), movedMembers).put("caname", authority));
    }

    /** The attribute leaves the certificates by that, in Fabric CA as well. */
    private static User moved(User member, String old, String name) {
        String affiliation = name + member.affiliation().substring(old.length());
        return member.withAffiliation(affiliation)
                .withAttributes(List.of(new UserAttribute(UserAttribute.AFFILIATION, affiliation, false)));
    }

    private static void requireRightToMove(Caller caller, String old, List<User> members, boolean withIdentities) {
        if (members.isEmpty()) {
            return;
        }
        caller.requireRegistrar(Refusal.NOT_REGISTRAR);
        if (!withIdentities) {
            // The first affiliation of the tree that has any.
            String first = members.stream()
                    .map(User::affiliation)
                    .min(Comparator.naturalOrder())
                    .orElseThrow();
            List<String> ids = members.stream()
                    .filter(member -> member.affiliation().equals(first))
                    .map(User::id)
                    .toList();
            throw Refusal.of(
                    400,
                    Refusal.MODIFYING_AFFILIATION,
                    "The request to modify affiliation '" + old + "' has the following identities associated: "
                            + String.join(",", ids) + ". Need to use 'force' to remove identities and affiliation");
        }
    }
}
