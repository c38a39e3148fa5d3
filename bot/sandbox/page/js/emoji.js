// The emoji this workspace knows by name: the ones people and incident bots use. Others are shown as :name:.

const TABLE = `
+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|ok_hand 👌|wave 👋|clap 👏|raised_hands 🙌|pray 🙏|muscle 💪|point_up ☝️|point_right 👉
point_left 👈|point_down 👇|raised_hand ✋|hand ✋|handshake 🤝|eyes 👀|brain 🧠|saluting_face 🫡|salute 🫡
smile 😄|smiley 😃|grinning 😀|grin 😁|joy 😂|sweat_smile 😅|laughing 😆|wink 😉|blush 😊|slightly_smiling_face 🙂
upside_down_face 🙃|heart_eyes 😍|thinking_face 🤔|thinking 🤔|neutral_face 😐|expressionless 😑|grimacing 😬|relieved 😌|sleeping 😴
sunglasses 😎|confused 😕|worried 😟|cry 😢|sob 😭|scream 😱|fearful 😨|cold_sweat 😰|angry 😠|rage 😡|exploding_head 🤯
face_with_monocle 🧐|nerd_face 🤓|partying_face 🥳|hugging_face 🤗|melting_face 🫠|facepalm 🤦|shrug 🤷|ghost 👻|skull 💀|robot_face 🤖|robot 🤖
heart ❤️|green_heart 💚|blue_heart 💙|broken_heart 💔|100 💯|tada 🎉|confetti_ball 🎊|sparkles ✨|star ⭐|star2 🌟|fire 🔥|boom 💥|zap ⚡
rotating_light 🚨|warning ⚠️|no_entry ⛔|no_entry_sign 🚫|octagonal_sign 🛑|construction 🚧|fire_engine 🚒|ambulance 🚑|sos 🆘|bell 🔔|no_bell 🔕
loudspeaker 📢|mega 📣|siren 🚨|fire_extinguisher 🧯|bangbang ‼️|exclamation ❗|grey_exclamation ❕|question ❓|grey_question ❔|interrobang ⁉️
white_check_mark ✅|heavy_check_mark ✔️|ballot_box_with_check ☑️|x ❌|negative_squared_cross_mark ❎|o ⭕|heavy_plus_sign ➕|heavy_minus_sign ➖
red_circle 🔴|large_orange_circle 🟠|orange_circle 🟠|large_yellow_circle 🟡|yellow_circle 🟡|large_green_circle 🟢|green_circle 🟢|large_blue_circle 🔵|blue_circle 🔵
large_purple_circle 🟣|purple_circle 🟣|large_brown_circle 🟤|white_circle ⚪|black_circle ⚫|large_red_square 🟥|red_square 🟥|large_orange_square 🟧|large_yellow_square 🟨
large_green_square 🟩|large_blue_square 🟦|large_purple_square 🟪|white_large_square ⬜|black_large_square ⬛|small_red_triangle 🔺|small_red_triangle_down 🔻
pushpin 📌|round_pushpin 📍|paperclip 📎|link 🔗|memo 📝|pencil 📝|pencil2 ✏️|clipboard 📋|page_facing_up 📄|page_with_curl 📃|scroll 📜|bookmark 🔖
bookmark_tabs 📑|file_folder 📁|open_file_folder 📂|card_index_dividers 🗂️|calendar 📆|date 📅|spiral_calendar_pad 🗓️|spiral_calendar 🗓️|chart_with_upwards_trend 📈
chart_with_downwards_trend 📉|bar_chart 📊|mag 🔍|mag_right 🔎|microscope 🔬|telescope 🔭|label 🏷️|lock 🔒|unlock 🔓|closed_lock_with_key 🔐|key 🔑|bulb 💡
wrench 🔧|hammer 🔨|hammer_and_wrench 🛠️|gear ⚙️|nut_and_bolt 🔩|toolbox 🧰|shield 🛡️|package 📦|rocket 🚀|satellite 🛰️|satellite_antenna 📡|electric_plug 🔌|battery 🔋
computer 💻|desktop_computer 🖥️|keyboard ⌨️|floppy_disk 💾|cd 💿|iphone 📱|telephone_receiver 📞|phone ☎️|telephone ☎️|pager 📟|fax 📠|email 📧|envelope ✉️
incoming_envelope 📨|mailbox 📫|speech_balloon 💬|thought_balloon 💭|left_speech_bubble 🗨️|speaking_head_in_silhouette 🗣️|speaking_head 🗣️|studio_microphone 🎙️|movie_camera 🎥
stopwatch ⏱️|timer_clock ⏲️|alarm_clock ⏰|hourglass ⌛|hourglass_flowing_sand ⏳|watch ⌚|clock1 🕐|clock3 🕒|clock5 🕔|clock9 🕘|clock12 🕛|mantelpiece_clock 🕰️
arrow_up ⬆️|arrow_down ⬇️|arrow_right ➡️|arrow_left ⬅️|arrow_upper_right ↗️|arrow_lower_right ↘️|arrow_heading_up ⤴️|arrow_heading_down ⤵️|arrows_counterclockwise 🔄
repeat 🔁|rewind ⏪|fast_forward ⏩|arrow_forward ▶️|double_vertical_bar ⏸️|pause_button ⏸️|black_square_for_stop ⏹️|recycle ♻️|leftwards_arrow_with_hook ↩️|arrow_right_hook ↪️
one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣|information_source ℹ️|new 🆕|up 🆙|cool 🆒|free 🆓|ok 🆗|id 🆔|sparkle ❇️
man 👨|woman 👩|person 🧑|bust_in_silhouette 👤|busts_in_silhouette 👥|firefighter 🧑‍🚒|male-firefighter 👨‍🚒|female-firefighter 👩‍🚒|detective 🕵️|scientist 🧑‍🔬|technologist 🧑‍💻|cop 👮|construction_worker 👷
ship 🚢|airplane ✈️|car 🚗|train 🚆|world_map 🗺️|earth_africa 🌍|earth_americas 🌎|earth_asia 🌏|globe_with_meridians 🌐|house 🏠|office 🏢|hospital 🏥|factory 🏭
sunny ☀️|cloud ☁️|partly_sunny ⛅|umbrella ☔|snowflake ❄️|rainbow 🌈|ocean 🌊|moon 🌙|volcano 🌋|tornado 🌪️|thunder_cloud_and_rain ⛈️|dash 💨|droplet 💧
bug 🐛|ant 🐜|dog 🐶|cat 🐱|monkey 🐒|see_no_evil 🙈|hear_no_evil 🙉|speak_no_evil 🙊|turtle 🐢|snail 🐌|elephant 🐘|penguin 🐧|owl 🦉|unicorn_face 🦄|whale 🐳|octopus 🐙
coffee ☕|tea 🍵|beer 🍺|beers 🍻|pizza 🍕|cake 🍰|cookie 🍪|apple 🍎|banana 🍌|carrot 🥕|hot_pepper 🌶️|avocado 🥑|popcorn 🍿|egg 🥚
trophy 🏆|medal 🏅|first_place_medal 🥇|dart 🎯|game_die 🎲|jigsaw 🧩|crystal_ball 🔮|gift 🎁|balloon 🎈|ribbon 🎀|checkered_flag 🏁|triangular_flag_on_post 🚩|white_flag 🏳️|flag-us 🇺🇸|flag-es 🇪🇸|flag-de 🇩🇪
money_with_wings 💸|moneybag 💰|credit_card 💳|shopping_trolley 🛒|ticket 🎫|receipt 🧾|abacus 🧮|books 📚|book 📖|newspaper 📰|dna 🧬|pill 💊|syringe 💉|adhesive_bandage 🩹|stethoscope 🩺|seedling 🌱|herb 🌿`;

const BY_NAME = new Map();
for (const pair of TABLE.split(/[|\n]/)) {
  const [name, sign] = pair.trim().split(" ");
  if (sign) BY_NAME.set(name, sign);
}

const TONES = { 2: "🏻", 3: "🏼", 4: "🏽", 5: "🏾", 6: "🏿" };

let drawable = null; // whether this machine has a font with emoji

/** Whether emoji can be drawn here: without a font for them, two different ones look alike. */
function canDraw() {
  if (drawable !== null) return drawable;
  const [one, other] = ["🚀", "🔥"].map((sign) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 24, height: 24 });
    const pen = canvas.getContext("2d");
    pen.font = "18px sans-serif";
    pen.fillText(sign, 0, 19);
    return canvas.toDataURL();
  });
  drawable = one !== other;
  return drawable;
}

/** The sign of `name`, also with "::skin-tone-N"; null when there is no such emoji, or no font to draw it. */
export function emojiOf(name) {
  const [base, tone] = name.split("::skin-tone-");
  const sign = BY_NAME.get(base);
  return sign && canDraw() ? sign + (TONES[tone] || "") : null;
}

/** Up to `limit` names that contain `text`, those that begin with it first. */
export function findEmoji(text, limit = 60) {
  const wanted = text.toLowerCase();
  const found = [...BY_NAME.keys()].filter((name) => name.includes(wanted));
  found.sort((a, b) => Number(b.startsWith(wanted)) - Number(a.startsWith(wanted)));
  return found.slice(0, limit);
}

export const FREQUENT = [
  "+1",
  "eyes",
  "pushpin",
  "white_check_mark",
  "tada",
  "heart",
  "pray",
  "rotating_light",
  "fire",
  "thinking_face",
  "raised_hands",
  "x",
];
