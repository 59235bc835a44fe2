/// What is taken for a package's name, version or other short text: bounded, and free of control
/// characters, as inventories must be.
enum PackageText {
    static func isUsable(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 1_024 && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }

    static func usable(_ text: String) -> String? { isUsable(text) ? text : nil }
}
