import Domain
import FoundationEssentials
import Store

/// A key of orders.
struct PatchKeyView: JSONContent {
    let key: PatchKeyStore.Description

    init(_ key: PatchKeyStore.Description) { self.key = key }

    static let schema = Schema.named(
        "PatchKey",
        .object([
            .field("id", .string, "The first 16 digits of the SHA-256 of the public key."),
            .field("created_at", .timestamp), .field("retired_at", .timestamp.orNull, "Null for the one that signs."),
        ]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("id", key.id)
            writer.field("created_at", key.createdAt)
            writer.field("retired_at", key.retiredAt)
        }
    }
}

/// The key that signs from now on.
struct PatchKeyRotated: JSONContent {
    let key: OrderKey

    static let schema = Schema.named(
        "PatchKeyRotated", .object([.field("id", .string), .field("public_key", .string, "Ed25519, in base 64.")]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("id", key.id)
            writer.field("public_key", key.publicKey.base64EncodedString())
        }
    }
}
