/// The one style sheet: light and dark, screen, phone and paper; no other file, no web font.
public enum Stylesheet {
    public static let css = [
        Palette.css, base, frame, components, forms, tables, calendar, paper,
    ].joined(separator: "\n")

    public static let icon = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="#0b57a4" d="M12 1 3 4.5v6.6c0 5.4 3.8 10.3 9 11.9 5.2-1.6 9-6.5 9-11.9V4.5z"/><path fill="none" stroke="#fff" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" d="m8 12 3 3 5.5-6"/></svg>
        """
}
