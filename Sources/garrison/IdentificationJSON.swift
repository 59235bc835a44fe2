import API
import Scanner

/// The line that is printed for an identification.
enum IdentificationJSON {
    static func line(_ identification: Identification) -> [UInt8] {
        var writer = JSONWriter(capacity: 512)
        writer.object { writer in
            switch identification {
            case .identified(let identity):
                writer.field("cpe", identity.cpe)
                writer.field("purl", identity.purl)
                writer.field("confidence", identity.confidence)
                writer.field("evidence", array: identity.evidence)
            case .candidates(let names, let reason):
                writer.field("cpe", nil as String?)
                writer.field("candidates", array: names)
                writer.field("reason", reason)
            }
        }
        return writer.finish()
    }
}
