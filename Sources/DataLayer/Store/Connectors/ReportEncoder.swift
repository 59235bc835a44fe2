import FoundationEssentials

/// Writes reports as JSON: names in snake case, dates as RFC 3339 with milliseconds, no member for what is nil. A page
/// has thousands of reports, and Foundation's encoder takes longer for them than the database.
struct ReportEncoder {
    private let state = State()

    /// UTF-8 text that PostgreSQL takes as jsonb: no NUL, no number that is none.
    func encode(_ report: some Encodable) throws -> String {
        state.bytes.removeAll(keepingCapacity: true)
        try state.write(report)
        return String(decoding: state.bytes, as: UTF8.self)
    }

    /// What is written, and the names in the form in which they are.
    final class State: Encoder {
        var bytes: [UInt8] = []
        private var names: [String: [UInt8]] = [:]
        /// What closes the objects and lists that are being written.
        private var open: [UInt8] = []
        let codingPath: [any CodingKey] = []
        let userInfo: [CodingUserInfoKey: Any] = [:]

        func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
            begin("{", "}")
            return KeyedEncodingContainer(Members<Key>(state: self))
        }

        func begin(_ opening: Unicode.Scalar, _ closing: Unicode.Scalar) {
            bytes.append(UInt8(ascii: opening))
            open.append(UInt8(ascii: closing))
        }

        func unkeyedContainer() -> any UnkeyedEncodingContainer { Elements(state: self) }

        func singleValueContainer() -> any SingleValueEncodingContainer { Single(state: self) }

        /// Objects and lists are closed here: a container is not told that it is complete.
        func write(_ value: some Encodable) throws {
            switch value {
            case let text as String: JSONText.append(text, to: &bytes)
            case let date as Date: JSONText.append(date, to: &bytes)
            case let texts as [String]: writeList(texts) { JSONText.append($0, to: &$1) }
            case let flags as [String: Bool]:
                writeMembers(flags) { $1.append(contentsOf: ($0 ? "true" : "false").utf8) }
            case let texts as [String: String]: writeMembers(texts) { JSONText.append($0, to: &$1) }
            default:
                let depth = open.count
                try value.encode(to: self)
                while open.count > depth, let closing = open.popLast() { bytes.append(closing) }
            }
        }

        private func writeList<Item>(_ items: [Item], _ body: (Item, inout [UInt8]) -> Void) {
            bytes.append(UInt8(ascii: "["))
            for (place, item) in items.enumerated() {
                if place > 0 { bytes.append(UInt8(ascii: ",")) }
                body(item, &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        }

        /// In the order of the names: equal values give equal text.
        private func writeMembers<Item>(_ members: [String: Item], _ body: (Item, inout [UInt8]) -> Void) {
            bytes.append(UInt8(ascii: "{"))
            for (place, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
                if place > 0 { bytes.append(UInt8(ascii: ",")) }
                JSONText.append(member.key, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                body(member.value, &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }

        func writeName(_ name: String) {
            if bytes.last != UInt8(ascii: "{") { bytes.append(UInt8(ascii: ",")) }
            if let known = names[name] { return bytes.append(contentsOf: known) }
            var text: [UInt8] = []
            JSONText.append(JSONText.snakeCase(name), to: &text)
            text.append(UInt8(ascii: ":"))
            names[name] = text
            bytes.append(contentsOf: text)
        }

        func write(_ number: Double) throws {
            guard number.isFinite else {
                throw EncodingError.invalidValue(number, .init(codingPath: [], debugDescription: "it is no number"))
            }
            bytes.append(
                contentsOf: (number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(number)").utf8)
        }

        func write(_ flag: Bool) { bytes.append(contentsOf: (flag ? "true" : "false").utf8) }
        func writeNull() { bytes.append(contentsOf: "null".utf8) }
    }

    private struct Members<Key: CodingKey>: KeyedEncodingContainerProtocol {
        let state: State
        var codingPath: [any CodingKey] { [] }

        mutating func encodeNil(forKey key: Key) throws {
            state.writeName(key.stringValue)
            state.writeNull()
        }

        mutating func encode(_ value: Bool, forKey key: Key) throws {
            state.writeName(key.stringValue)
            state.write(value)
        }

        mutating func encode(_ value: String, forKey key: Key) throws {
            state.writeName(key.stringValue)
            JSONText.append(value, to: &state.bytes)
        }

        mutating func encode(_ value: Double, forKey key: Key) throws {
            state.writeName(key.stringValue)
            try state.write(value)
        }

        mutating func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
            state.writeName(key.stringValue)
            try state.write(value)
        }

        mutating func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type, forKey key: Key
        ) -> KeyedEncodingContainer<Nested> {
            state.writeName(key.stringValue)
            return state.container(keyedBy: type)
        }

        mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
            state.writeName(key.stringValue)
            return state.unkeyedContainer()
        }

        mutating func superEncoder() -> any Encoder { state }
        mutating func superEncoder(forKey key: Key) -> any Encoder { state }
    }

    private struct Elements: UnkeyedEncodingContainer {
        let state: State
        var codingPath: [any CodingKey] { [] }
        var count = 0

        init(state: State) {
            self.state = state
            state.begin("[", "]")
        }

        private mutating func separate() {
            if count > 0 { state.bytes.append(UInt8(ascii: ",")) }
            count += 1
        }

        mutating func encodeNil() throws {
            separate()
            state.writeNull()
        }

        mutating func encode<Value: Encodable>(_ value: Value) throws {
            separate()
            try state.write(value)
        }

        mutating func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type
        ) -> KeyedEncodingContainer<Nested> {
            separate()
            return state.container(keyedBy: type)
        }

        mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
            separate()
            return state.unkeyedContainer()
        }

        mutating func superEncoder() -> any Encoder { state }
    }

    private struct Single: SingleValueEncodingContainer {
        let state: State
        var codingPath: [any CodingKey] { [] }

        mutating func encodeNil() throws { state.writeNull() }
        mutating func encode(_ value: Bool) throws { state.write(value) }
        mutating func encode(_ value: Double) throws { try state.write(value) }
        mutating func encode(_ value: String) throws { JSONText.append(value, to: &state.bytes) }
        mutating func encode(_ value: Int) throws { state.bytes.append(contentsOf: "\(value)".utf8) }
        mutating func encode(_ value: Int64) throws { state.bytes.append(contentsOf: "\(value)".utf8) }
        mutating func encode<Value: Encodable>(_ value: Value) throws { try state.write(value) }
    }
}
