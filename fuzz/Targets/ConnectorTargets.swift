import Connectors
import Domain

/// What people enter for connectors, and vendors' answers read by it.
enum ConnectorTargets {
    static let all: [FuzzTarget] = [declaration, paths, records]

    /// The samples are the documented declaration and small ones.
    private static let declaration = FuzzTarget("declaration", .text) { input in
        guard let declaration = try? DeclarationReader.read(String(decoding: input, as: UTF8.self)) else { return }
        expect(input.count <= DeclarationReader.largest, "a declaration that is too large is refused")
        expect(!declaration.streams.isEmpty, "a declaration reads something")
        for stream in declaration.streams { read(record, stream) }
    }

    private static let record = Array(
        #"{"uid":"1","names":{"short":"a"},"nics":[{"hw":"02-00-00-00-00-01","ips":["10.0.0.1"]}],"seen_ms":1767225600000}"#
            .utf8)

    private static let paths = FuzzTarget(
        "field-path", lines: ["meta.next", "items[0].id", "interfaces[].mac", "['odd.key'].value", "a[].b[].c[3]"]
    ) { input in
        guard let path = FieldPath(String(decoding: input, as: UTF8.self)) else { return }
        guard let tree = try? JSONTree(Array(#"{"a":[{"b":[{"c":[1,2,3,4]}]}],"meta":{"next":null}}"#.utf8)) else {
            fatalError("broken promise: JSON is read")
        }
        let values = path.values(in: tree)
        expect(values.count <= (path.isSingle ? 1 : FieldPath.mostValues), "a path leads to so many values at most")
    }

    /// A vendor's record under a declaration that asks for much of it.
    private static let records = FuzzTarget(
        "declared-record", lines: [String(decoding: record, as: UTF8.self), #"{"uid":7,"names":[],"seen_ms":"x"}"#]
    ) { input in
        guard let declared = try? DeclarationReader.read(asking) else {
            fatalError("broken promise: the declaration is right")
        }
        for stream in declared.streams { read(input, stream) }
    }

    private static let asking = """
        name: N
        streams:
          devices:
            path: /d
            fields:
              source_id: {join: [uid, names.short]}
              hostname: [names.short, uid]
              os.id: {path: platform, lowercase: true, otherwise: unknown}
              mac_addresses: nics[].hw
              addresses: nics[].ips[]
              tags: {path: labels, split: ";"}
              is_healthy: ok
              policies.firewall: fw
              last_seen: {path: seen_ms, date: epoch_ms}
              modified: {path: seen_ms, date: epoch_s}
          compliance:
            path: /c
            fields: {device_id: uid, standard: {constant: s}, score: seen_ms, checks.a: ok}
        """

    private static func read(_ record: [UInt8], _ stream: Declaration.Stream) {
        guard let tree = try? JSONTree(record), let pushed = try? DeclaredRecord.pushed(tree, stream) else { return }
        expect((try? JSONTree(pushed)) != nil, "what is made of a record is JSON")
        var records = PushedRecords(stream.stream)
        _ = records.read(pushed)
        expect(records.count == 1, "a record is read or quarantined")
    }
}
