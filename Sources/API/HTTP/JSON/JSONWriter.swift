import FoundationEssentials
import NIOCore

/// Appends JSON (RFC 8259) to a byte array: no intermediate tree, no reflection. Commas are the
/// writer's business; whoever writes only names fields and elements.
///
/// Lists and documents that are read often are written with it; it costs a twelfth of Foundation's
/// encoder or less.
public struct JSONWriter: ~Copyable {
    // Memory of its own instead of an array: an array checks on every append that it is not shared,
    // and most appends here are of one byte.
    private var memory: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private var count = 0
    /// True when the next field or element must be preceded by a comma.
    private var needsComma = false

    /// - Parameter capacity: bytes to reserve; a good guess avoids growing.
    public init(capacity: Int = 1024) {
        self.capacity = max(64, capacity)
        memory = .allocate(capacity: self.capacity)
    }

    deinit { memory.deallocate() }

    /// Ends the writing and hands over what was written: UTF-8.
    public consuming func finish() -> [UInt8] {
        [UInt8](UnsafeBufferPointer(start: memory, count: count))
    }

    /// Ends the writing and hands over what was written as a buffer that responses can send.
    public consuming func finishBuffer() -> ByteBuffer {
        ByteBuffer(bytes: UnsafeRawBufferPointer(start: memory, count: count))
    }

    /// Writes `{…}`; `body` writes the fields.
    public mutating func object<Failure: Error>(_ body: (inout JSONWriter) throws(Failure) -> Void) throws(Failure) {
        open(UInt8(ascii: "{"))
        try body(&self)
        close(UInt8(ascii: "}"))
    }

    /// Writes `[…]`; `body` writes the elements.
    public mutating func array<Failure: Error>(_ body: (inout JSONWriter) throws(Failure) -> Void) throws(Failure) {
        open(UInt8(ascii: "["))
        try body(&self)
        close(UInt8(ascii: "]"))
    }

    /// Writes an array of the elements of a sequence.
    public mutating func array(_ elements: some Sequence<some JSONWritable>) {
        array { writer in for element in elements { writer.value(element) } }
    }

    /// Writes one value: an element of an array, or the whole document.
    public mutating func value(_ value: some JSONWritable) {
        separate()
        value.write(to: &self)
        needsComma = true
    }

    /// Writes `"name":value`. The name is a literal of printable ASCII without quotes.
    public mutating func field(_ name: StaticString, _ value: some JSONWritable) {
        key(name)
        value.write(to: &self)
        needsComma = true
    }

    /// Writes `"name":value`, or `"name":null`.
    public mutating func field(_ name: StaticString, _ value: (some JSONWritable)?) {
        key(name)
        if let value { value.write(to: &self) } else { raw("null") }
        needsComma = true
    }

    /// Writes `"name":"text"` of bytes that are known to be UTF-8, or `"name":null`.
    mutating func field(_ name: StaticString, utf8: UnsafeRawBufferPointer?) {
        key(name)
        if let utf8 { string(utf8: utf8.assumingMemoryBound(to: UInt8.self)) } else { raw("null") }
        needsComma = true
    }

    /// Writes `"name":value`, or nothing when there is no value.
    public mutating func fieldIfPresent(_ name: StaticString, _ value: (some JSONWritable)?) {
        if let value { field(name, value) }
    }

    /// Writes `"name":[…]`.
    public mutating func field(_ name: StaticString, array elements: some Sequence<some JSONWritable>) {
        key(name)
        array(elements)
    }

    /// Writes `"name":{…}`.
    public mutating func field<Failure: Error>(
        _ name: StaticString, object body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        key(name)
        try object(body)
    }

    /// Writes `"name":value` for a name known only at run time, escaping it.
    public mutating func field(named name: String, _ value: some JSONWritable) {
        separate()
        name.write(to: &self)
        byte(UInt8(ascii: ":"))
        value.write(to: &self)
        needsComma = true
    }

    private mutating func key(_ name: StaticString) {
        separate()
        let length = name.utf8CodeUnitCount
        fill(length + 3) { target in
            target[0] = UInt8(ascii: "\"")
            (target + 1).update(from: name.utf8Start, count: length)
            target[length + 1] = UInt8(ascii: "\"")
            target[length + 2] = UInt8(ascii: ":")
            return length + 3
        }
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        byte(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        byte(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { byte(UInt8(ascii: ",")) }
        needsComma = false
    }

    /// Puts bytes that are one JSON value already in place of a value.
    public mutating func rawValue(_ json: [UInt8]) {
        separate()
        json.withUnsafeBufferPointer { raw($0) }
        needsComma = true
    }

    @inline(__always)
    mutating func byte(_ byte: UInt8) {
        let target = reserve(1)
        target.pointee = byte
        count += 1
    }

    @inline(__always)
    mutating func raw(_ text: StaticString) {
        raw(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    @inline(__always)
    mutating func raw(_ source: UnsafeBufferPointer<UInt8>) {
        guard let start = source.baseAddress else { return }
        reserve(source.count).update(from: start, count: source.count)
        count += source.count
    }

    /// Lets `body` fill in at most `limit` bytes; it returns how many it wrote.
    @inline(__always)
    mutating func fill(_ limit: Int, _ body: (UnsafeMutablePointer<UInt8>) -> Int) {
        let written = body(reserve(limit))
        assert(written <= limit)
        count += written
    }

    /// Lets `body` change what was written, from `position` (negative, counted from the end) on.
    @inline(__always)
    mutating func amend(_ position: Int, _ body: (UnsafeMutablePointer<UInt8>) -> Void) {
        assert(position < 0 && count + position >= 0)
        body(memory + count + position)
    }

    /// Where the next bytes go, with room for as many.
    @inline(__always)
    private mutating func reserve(_ more: Int) -> UnsafeMutablePointer<UInt8> {
        if capacity - count < more { grow(by: more) }
        return memory + count
    }

    @inline(never)
    private mutating func grow(by more: Int) {
        capacity = max(capacity * 2, count + more)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        larger.update(from: memory, count: count)
        memory.deallocate()
        memory = larger
    }
}
