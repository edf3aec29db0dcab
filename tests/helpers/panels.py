"""Tables of places that several tests read."""


def panel_csv(places=12, bad=False, extra=""):
    """A table of communes in two districts of two provinces, with populations."""
    rows = ["province,district,place,population,year,value"]
    for i in range(places):
        name = f"{'Bình Thuận' if i % 2 else 'Lâm Đồng'},Huyện {i % 4},Xã <{i}>,{2000 + 100 * i}"
        rows += [f"{name},{year},{30 + i / 4 + (year - 2016) * 3.1}" for year in (2016, 2018, 2020)]
    if bad:
        rows += ['Bình Thuận,Huyện 1,Xã Sai,1000,2016,"32,6"', "Bình Thuận,Huyện 1,Xã Sai,1000,2020,44.9"]
    return "\n".join(rows) + "\n" + extra
