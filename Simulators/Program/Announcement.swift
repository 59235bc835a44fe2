import Glibc

/// What is needed to connect, told at once even where the output goes into a file.
enum Announcement {
    static func tell(_ values: KeyValuePairs<String, String>) {
        let width = values.map(\.key.utf8.count).max() ?? 0
        for (name, value) in values {
            print("\(name)\(String(repeating: " ", count: width + 2 - name.utf8.count))\(value)")
        }
        fflush(nil)
    }
}
