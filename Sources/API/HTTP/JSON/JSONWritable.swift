import Domain
import FoundationEssentials

/// A value that writes itself as one JSON value. Conformers call exactly one of the writer's
/// `object`, `array`, `value` or scalar methods.
public protocol JSONWritable {
    /// Appends the value.
    func write(to writer: inout JSONWriter)
}

extension JSONWritable {
    /// The value as a document of its own.
    public func jsonBytes(capacity: Int = 512) -> [UInt8] {
        var writer = JSONWriter(capacity: capacity)
        write(to: &writer)
        return writer.finish()
    }
}

extension String: JSONWritable {
    public func write(to writer: inout JSONWriter) { writer.string(self) }
}

extension Bool: JSONWritable {
    public func write(to writer: inout JSONWriter) { writer.raw(self ? "true" : "false") }
}

extension Int: JSONWritable {
    public func write(to writer: inout JSONWriter) { writer.integer(self) }
}

extension Double: JSONWritable {
    public func write(to writer: inout JSONWriter) { writer.number(self) }
}

extension UUID: JSONWritable {
    public func write(to writer: inout JSONWriter) { writer.uuid(self) }
}

extension Date: JSONWritable {
    public func write(to writer: inout JSONWriter) { writer.date(self) }
}

extension Identifier: JSONWritable {
    public func write(to writer: inout JSONWriter) { writer.uuid(uuid) }
}

extension Array: JSONWritable where Element: JSONWritable {
    public func write(to writer: inout JSONWriter) { writer.array(self) }
}

extension Dictionary: JSONWritable where Key == String, Value: JSONWritable {
    /// Fields come in the order of their names, so that equal dictionaries give equal bytes.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            for (key, value) in self.sorted(by: { $0.key < $1.key }) { writer.field(named: key, value) }
        }
    }
}

extension JSONWritable where Self: RawRepresentable, RawValue == String {
    public func write(to writer: inout JSONWriter) { writer.string(rawValue) }
}

extension Severity: JSONWritable {}
extension FindingStatus: JSONWritable {}
extension EndpointStatus: JSONWritable {}
extension Role: JSONWritable {}
