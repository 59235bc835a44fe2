/// The product tree of a CVRF document: names by id. Products on a system have an id of two parts and the name
/// `Microsoft .NET Framework 4.8 on Windows 10 Version 1809 for x64-based Systems`.
struct MSRCProducts {
    private var names: [String: String] = [:]

    private static let most = 100_000

    mutating func take(_ reader: JSONReader) throws {
        var names: [String: String] = [:]
        try reader.object { key in
            switch key {
            case "FullProductName": try Self.products(reader, into: &names)
            case "Branch": try Self.branches(reader, into: &names, depth: 0)
            default: break
            }
        }
        self.names = names
    }

    subscript(id: String) -> String? { names[id] }

    private static func products(_ reader: JSONReader, into names: inout [String: String]) throws {
        if try reader.null() { return }
        try reader.array {
            guard try reader.peek() == .object else { return }
            var id = ""
            var name = ""
            try reader.object { key in
                if key == "ProductID" { id = try reader.stringOrSkip() ?? "" }
                if key == "Value" { name = try reader.stringOrSkip() ?? "" }
            }
            if !id.isEmpty, !name.isEmpty, names.count < most { names[id] = name }
        }
    }

    /// Branches hold branches, and in the end products.
    private static func branches(_ reader: JSONReader, into names: inout [String: String], depth: Int) throws {
        if try reader.null() { return }
        guard depth < 16 else { return try reader.skipValue() }
        try reader.array {
            guard try reader.peek() == .object else { return }
            var id = ""
            var name = ""
            try reader.object { key in
                switch key {
                case "Items": try branches(reader, into: &names, depth: depth + 1)
                case "ProductID": id = try reader.stringOrSkip() ?? ""
                case "Value": name = try reader.stringOrSkip() ?? ""
                default: break
                }
            }
            if !id.isEmpty, !name.isEmpty, names.count < most { names[id] = name }
        }
    }
}
